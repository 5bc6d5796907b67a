using System.Globalization;
using Shellbox.Contracts.Reconciliation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>What a run of the reconciler found: counted by kind, then in full.</summary>
internal static class FindingTable
{
    public static IRenderable Counts(IReadOnlyList<FindingCount> counts)
    {
        var grid = Grid("FINDING", "ACTION", "COUNT");
        foreach (var count in counts)
        {
            grid.AddRow(
                new Text(count.Kind),
                new Text(count.Action, Style(count.Action)),
                new Text(count.Count.ToString(CultureInfo.InvariantCulture))
            );
        }

        return new TrimmedLines(grid);
    }

    public static string Line(Finding finding) =>
        $"{finding.Kind}, {finding.Action}: {finding.ResourceId?.Split('/')[^1]}: {finding.Detail}";

    public static string Skips(IReadOnlyList<SkipCount> skipped) =>
        "Not looked into: " + string.Join(", ", skipped.Select(s => $"{s.Count} ({Readable(s.Reason)})")) + ".";

    private static string Readable(string reason) =>
        reason switch
        {
            SkipReason.AgeGuard => "changed too recently",
            SkipReason.ProviderDisagrees => "Resource Graph lags: the provider says otherwise",
            SkipReason.InFlight => "an operation is under way",
            SkipReason.CheckBudget => "the run's reads of the providers are used up",
            SkipReason.QueryBudget => "the run's queries are used up",
            SkipReason.TooFewResources => "Resource Graph shows far fewer resources than the tables",
            _ => reason,
        };

    private static Style Style(string action) =>
        new(
            action switch
            {
                FindingAction.Repaired => Color.Green,
                FindingAction.Reported => Color.Yellow,
                _ => Color.Default,
            }
        );

    private static Grid Grid(params string[] headings)
    {
        var grid = new Grid();
        foreach (var _ in headings)
            grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
        grid.AddRow([.. headings.Select(h => new Text(h, new Style(Color.Grey)))]);
        return grid;
    }
}
