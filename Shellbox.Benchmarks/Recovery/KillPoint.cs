using Shellbox.Contracts.Operations;

namespace Shellbox.Benchmarks.Recovery;

/// <summary>When in a cold connect something is killed.</summary>
/// <param name="Name">What the report calls it.</param>
/// <param name="Steps">The steps of the connect at which it is to be; one that has not shown a step yet is at its first.</param>
/// <param name="After">How long after the first sight of such a step.</param>
internal sealed record KillPoint(string Name, IReadOnlyList<string> Steps, TimeSpan After)
{
    /// <summary>In the order of a connect.</summary>
    public static IReadOnlyList<KillPoint> All { get; } =
    [
        new("look up and claim", ["", StepName.LookUpVolume, StepName.ClaimInstance], TimeSpan.Zero),
        new("update and attach", [StepName.RecordTags, StepName.UpdateAndAttach], TimeSpan.Zero),
        // The instance waits for the disk then.
        new("start QEMU", [StepName.StartQemu], TimeSpan.FromMilliseconds(500)),
        new("read banner and complete", [StepName.ReadBanner], TimeSpan.Zero),
    ];
}
