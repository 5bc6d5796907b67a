using CsCheck;
using Shellbox.Cli.Rendering;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Cli.Rendering;

public sealed class StepChartTests
{
    [Fact]
    public void Steps_stand_over_a_common_axis_so_that_overlap_shows()
    {
        var chart = RenderedText.Of(new StepChart(ConnectShape.Cold, ConnectShape.Start, 10), width: 70, unicode: false);

        RenderedText.Is(
            """
            look up volume    =                                             0.02 s
            claim instance    =                                             0.30 s
            record tags        =                                            0.10 s
            update and attach  ===                                          0.70 s
            start QEMU            =======================================   8.50 s
              wait for disk       =======================                   5.00 s
              mount volume                               =                  0.00 s
              boot guest                                 ===============    3.30 s
              read SSH banner                                           =   0.10 s
            read SSH banner                                             === 0.50 s
                              +---------------------+---------------------+
                              0 s                   5 s                10 s
            """,
            chart
        );
    }

    [Fact]
    public void What_goes_on_beyond_the_end_is_drawn_to_the_edge_and_says_so()
    {
        var chart = RenderedText.Of(
            new StepChart([ConnectShape.Done("start-qemu", 0, 4), ConnectShape.Running("attach", 1)], ConnectShape.Start, 4),
            width: 40,
            unicode: false
        );

        RenderedText.Is(
            """
            start QEMU =====================  4.00 s
            attach          >>>>>>>>>>>>>>>> goes on
                       +---------+---------+
                       0 s       2 s     4 s
            """,
            chart
        );
    }

    [Fact]
    public void Whatever_the_steps_and_the_width_every_step_has_one_line_and_none_is_too_long() =>
        Gen.Select(ConnectShape.Any, Gen.Int[12, 250], Gen.Bool)
            .Sample(
                (steps, width, unicode) =>
                {
                    var lines = RenderedText.Lines(RenderedText.Of(new StepChart(steps, ConnectShape.Start, 10), width, unicode));

                    // The axis goes before a step does.
                    Assert.InRange(lines.Length, Math.Max(1, steps.Count), steps.Count + 2);
                    Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} > {width}: {line}"));
                }
            );
}
