using System.Globalization;
using Shellbox.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>What was measured beside what it is measured against.</summary>
internal static class DemonstrationTable
{
    // connect-performance-analysis.md: "Total time before QEMU starts: 3-6 minutes", and "Target: < 30 seconds" with all optimizations.
    private const double OldFlowLeast = 180;
    private const double OldFlowMost = 360;
    private const double Target = 30;

    public static IRenderable Create(IEnumerable<(string What, ConnectResult Result)> measured)
    {
        var table = new Table()
            .Border(TableBorder.Simple)
            .AddColumn("connect")
            .AddColumn("tier")
            .AddColumn(new TableColumn("time").RightAligned())
            .AddColumn(new TableColumn("times as fast").RightAligned());
        table.AddRow("old flow, until QEMU starts", "cold", "180-360 s", "");
        table.AddRow("target of its analysis", "", "30 s", SpeedUp(Target));
        foreach (var (what, result) in measured)
        {
            table.AddRow(
                new Text(what),
                new Text(result.Tier.Word()),
                new Text(Durations.Format(result.Seconds), new Style(result.Seconds <= Target ? Color.Green : Color.Yellow)),
                new Text(SpeedUp(result.Seconds))
            );
        }

        return new TrimmedLines(table);
    }

    private static string SpeedUp(double seconds)
    {
        // Below a millisecond the figure would be the clock's.
        var time = Math.Max(seconds, 0.001);
        return $"{Factor(OldFlowLeast / time)}-{Factor(OldFlowMost / time)}";
    }

    private static string Factor(double factor) => factor.ToString(factor < 9.95 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
