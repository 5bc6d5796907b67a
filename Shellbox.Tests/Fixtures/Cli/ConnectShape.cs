using CsCheck;
using Shellbox.Contracts.Operations;

namespace Shellbox.Tests.Fixtures;

/// <summary>Connects as the app reports them.</summary>
internal static class ConnectShape
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 11, 28, TimeSpan.Zero);

    /// <summary>A cold connect of ten seconds; the instance's own steps lie within start-qemu, its read-banner before the app's.</summary>
    public static IReadOnlyList<Step> Cold { get; } =
    [
        Done("look-up-volume", 0, 0.02),
        Done("claim-instance", 0, 0.3),
        Done("record-tags", 0.3, 0.1),
        Done("update-and-attach", 0.3, 0.7),
        Done("start-qemu", 1, 8.5),
        Done("wait-for-disk", 1.05, 5),
        Done("mount-volume", 6.05, 0),
        Done("boot-guest", 6.05, 3.3),
        Done("read-banner", 9.35, 0.1),
        Done("read-banner", 9.5, 0.5),
    ];

    private static readonly string[] Names =
    [
        "look-up-volume",
        "start-qemu",
        "wait-for-disk",
        "read-banner",
        "a-step-with-quite-a-long-name-that-no-app-reports-yet",
    ];

    /// <summary>Any number of steps at any time, some still running, some failed.</summary>
    public static Gen<IReadOnlyList<Step>> Any { get; } =
        Gen.Select(
                Gen.Int[0, Names.Length - 1].Select(i => Names[i]),
                Gen.Double[0, 500],
                Gen.Double[0, 500].Nullable(),
                Gen.Bool,
                (name, start, seconds, failed) =>
                    new Step(
                        name,
                        Start.AddSeconds(start),
                        seconds,
                        seconds is null ? StepOutcome.Running
                            : failed ? StepOutcome.Failed
                            : StepOutcome.Done
                    )
            )
            .Array[0, 15]
            .Select(steps => (IReadOnlyList<Step>)steps);

    public static Step Done(string name, double start, double seconds) => new(name, Start.AddSeconds(start), seconds, StepOutcome.Done);

    public static Step Running(string name, double start) => new(name, Start.AddSeconds(start), null, StepOutcome.Running);
}
