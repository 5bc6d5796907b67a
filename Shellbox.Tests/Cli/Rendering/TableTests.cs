using Shellbox.Cli;
using Shellbox.Cli.Rendering;
using Shellbox.Contracts.Operations;
using Shellbox.Tests.Fixtures;
using Spectre.Console;
using Xunit;

namespace Shellbox.Tests.Cli.Rendering;

/// <summary>Tables and grids at the widths of terminals.</summary>
public sealed class TableTests
{
    private static readonly DateTimeOffset Now = ConnectShape.Start;
    private static readonly string LongestName = new('a', 32);

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    public void Boxes_are_one_a_line_in_the_order_of_their_names_with_the_longest_name_whole(int width)
    {
        Box[] boxes =
        [
            Box("zeta", BoxState.Running, "vm-0042", Now.AddHours(-47)) with
            {
                Sessions = 12,
            },
            Box(LongestName, BoxState.Connecting, null, Now.AddSeconds(-119)),
        ];

        var lines = RenderedText.Lines(RenderedText.Of(BoxTable.Create(boxes, Now), width));

        Assert.Equal(3, lines.Length);
        Assert.Matches("^BOX +STATE +INSTANCE +SESSIONS +LAST USED$", lines[0]);
        Assert.Matches($"^{LongestName} +connecting +- +0 +119 s ago$", lines[1]);
        Assert.Matches("^zeta +running +vm-0042 +12 +47 h ago$", lines[2]);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
    }

    [Fact]
    public void On_a_narrow_terminal_no_line_of_a_table_runs_over_its_edge()
    {
        Box[] boxes = [Box(LongestName, BoxState.Connecting, "vm-0001", Now)];
        (string, ConnectResult)[] measured =
        [
            ("connect #1, volume detached", Result(Tier.Cold, 17.7)),
            ("connect again, box running", Result(Tier.Hot, 0.25)),
        ];

        foreach (var content in new[] { BoxTable.Create(boxes, Now), StatusGrid.Of(boxes[0], Now), DemonstrationTable.Create(measured) })
        {
            Assert.All(RenderedText.Lines(RenderedText.Of(content, 40)), line => Assert.True(line.Length <= 40, line));
        }
    }

    [Fact]
    public void The_demonstration_shows_what_was_measured_beside_the_old_flow_and_the_target()
    {
        (string, ConnectResult)[] measured =
        [
            ("connect #1, volume detached", Result(Tier.Cold, 17.7)),
            ("connect again, box running", Result(Tier.Hot, 0.25)),
            ("connect #2, volume detached", Result(Tier.Cold, 240)),
        ];

        RenderedText.Is(
            """

              connect                       tier        time   times as fast
            ──────────────────────────────────────────────────────────────────
              old flow, until QEMU starts   cold   180-360 s
              target of its analysis                    30 s            6-12
              connect #1, volume detached   cold      17.7 s           10-20
              connect again, box running    hot       0.25 s        720-1440
              connect #2, volume detached   cold       240 s         0.8-1.5

            """,
            RenderedText.Of(DemonstrationTable.Create(measured), 80)
        );
    }

    [Fact]
    public void A_rule_in_a_log_is_as_wide_as_a_page()
    {
        using var output = new StringWriter();
        var console = CommandEnvironment.CreateConsole(output, redirected: true);

        console.Write(new Page(new Rule("title")));
        console.WriteLine(new string('x', 300));

        Assert.Equal([Page.Width, 300], RenderedText.Lines(output.ToString()).Select(line => line.Length));
    }

    [Fact]
    public void A_box_says_since_when_it_is_what_it_is()
    {
        var running = RenderedText.Of(
            StatusGrid.Of(
                Box("dev33", BoxState.Running, "vm-0001", Now) with
                {
                    Epoch = 7,
                    Sessions = 1,
                    Since = Now.AddMinutes(-3),
                    Endpoint = new Endpoint("10.0.0.4", 2222, "root", "ssh-ed25519 AAAA", "SHA256:abc"),
                    OperationId = "connect-1",
                },
                Now
            ),
            80
        );

        RenderedText.Is(
            """
            box        dev33
            state      running for 3 min
            sessions   1
            volume     vol-dev33
            instance   vm-0001
            endpoint   root@10.0.0.4 port 2222
            host key   SHA256:abc
            last used  just now
            operation  connect-1
            """,
            running
        );
    }

    [Theory]
    [InlineData(0, "0.00 s", "just now", "0 s")]
    [InlineData(-3, "0.00 s", "just now", "0 s")]
    [InlineData(9.994, "9.99 s", "9 s ago", "9 s")]
    [InlineData(9.996, "10.0 s", "9 s ago", "9 s")]
    [InlineData(99.96, "100 s", "99 s ago", "99 s")]
    [InlineData(3600, "3600 s", "60 min ago", "60 min")]
    [InlineData(200_000, "200000 s", "2 days ago", "2 days")]
    public void Durations_have_three_digits_and_ages_the_largest_unit(double seconds, string duration, string ago, string coarse)
    {
        var span = TimeSpan.FromSeconds(seconds);
        Assert.Equal((duration, ago, coarse), (Durations.Format(span), Durations.Ago(span), Durations.Coarse(span)));
    }

    /// <summary>A box that was used.</summary>
    private static Box Box(string name, BoxState state, string? instance, DateTimeOffset lastUsed) =>
        new("user", name, state, "vol-" + name, instance, null, Epoch: 1, Sessions: 0, null, lastUsed, Now);

    private static ConnectResult Result(Tier tier, double seconds) =>
        new("user", "dev33", "op", tier, "vm-0001", new Endpoint("10.0.0.4", 2222, "root", "key", "SHA256:abc"), Now, seconds, []);
}
