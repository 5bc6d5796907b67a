using CsCheck;
using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Operations;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Cli.Rendering;

/// <summary>The live display, frame by frame.</summary>
public sealed class StepListTests
{
    private static readonly DateTimeOffset Now = ConnectShape.Start.AddSeconds(7);

    [Fact]
    public void A_frame_shows_every_step_with_its_time_and_what_the_current_one_waits_for()
    {
        var frame = RenderedText.Of(
            Frame([.. ConnectShape.Cold.Take(4), ConnectShape.Running("start-qemu", 1)]),
            width: 60,
            unicode: false
        );

        RenderedText.Is(
            """
            Connecting to dev33 (cold), about 6 s to go           7.00 s
            + look up volume                                      0.02 s
            + claim instance                                      0.30 s
            + record tags                                         0.10 s
            + update and attach                                   0.70 s
            - start QEMU                                          6.00 s
                waiting on vm-0002 for the disk at LUN 0, then booting ~
              the app does not answer; asking again
            """,
            frame
        );
    }

    [Fact]
    public void Before_the_first_report_the_wait_itself_is_shown()
    {
        var frame = RenderedText.Of(
            new StepList(new OperationSnapshot("Connecting to dev33", null, null, default), TimeSpan.FromSeconds(1), Now, 0),
            60,
            unicode: false
        );

        Assert.Contains("waiting for the first step", frame, StringComparison.Ordinal);
        Assert.Contains("1.00 s", frame, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_is_never_larger_than_the_terminal() =>
        Gen.Select(ConnectShape.Any, Gen.Int[10, 200], Gen.Int[8, 40])
            .Sample(
                (steps, width, height) =>
                {
                    var lines = RenderedText.Lines(RenderedText.Of(Frame(steps), width, unicode: true, height));

                    Assert.True(lines.Length < height, $"{lines.Length} lines on a terminal of {height}");
                    Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
                }
            );

    private static StepList Frame(IReadOnlyList<Step> steps) =>
        new(
            new OperationSnapshot(
                "Connecting to dev33",
                new CustomStatus(
                    "start-qemu",
                    "waiting on vm-0002 for the disk at LUN 0, then booting the guest",
                    ConnectShape.Start.AddSeconds(1),
                    Tier.Cold,
                    12.4,
                    steps
                ),
                "the app does not answer; asking again",
                TimeSpan.Zero
            ),
            TimeSpan.FromSeconds(7),
            Now,
            0
        );
}
