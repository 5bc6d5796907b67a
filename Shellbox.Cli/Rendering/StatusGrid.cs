using Shellbox.Contracts;
using Shellbox.Contracts.Pool;
using Shellbox.Contracts.Reconciliation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>Names on the left, what they stand at on the right.</summary>
internal static class StatusGrid
{
    public static IRenderable Of(Box box, DateTimeOffset now)
    {
        var grid = Create();
        Add(grid, "box", box.BoxName);
        Add(
            grid,
            "state",
            new Paragraph(box.State.Word(), new Style(box.State is BoxState.Running ? Color.Green : Color.Default)).Append(
                Explanation(box, now),
                new Style(Color.Grey)
            )
        );
        Add(grid, "sessions", $"{box.Sessions}");
        Add(grid, "volume", box.VolumeId);
        Add(grid, "instance", box.InstanceId ?? "-");
        if (box.Endpoint is { } endpoint)
        {
            Add(grid, "endpoint", $"{endpoint.User}@{endpoint.Host} port {endpoint.Port}");
            Add(grid, "host key", endpoint.HostKeyFingerprint);
        }

        Add(grid, "last used", box.WasUsed ? Durations.Ago(now - box.LastUsed) : "never");
        if (box.OperationId is { } operation)
        {
            Add(grid, "operation", operation);
        }

        return new TrimmedLines(grid);
    }

    public static IRenderable Of(
        (Uri Address, TimeSpan Answered) app,
        PoolReport? pool,
        bool reconciliationAsked,
        ReconciliationReport? reconciliation,
        DateTimeOffset now
    )
    {
        var grid = Create();
        Add(grid, "app", $"{app.Address.AbsoluteUri.TrimEnd('/')} answers in {app.Answered.TotalMilliseconds:0} ms");
        Add(
            grid,
            "instances",
            pool?.Instances is { } i ? $"{i.Total} ({i.Free} free, {i.Claimed} claimed, {i.Quarantined} quarantined)" : "-"
        );
        Add(grid, "reconciliation", Describe(reconciliationAsked, reconciliation, now));
        foreach (var finding in reconciliation?.Findings ?? [])
        {
            Add(grid, "", FindingTable.Line(finding));
        }

        return new TrimmedLines(grid);
    }

    private static string Describe(bool asked, ReconciliationReport? report, DateTimeOffset now) =>
        (asked, report) switch
        {
            (false, _) => "not shown: it takes the admin key (--admin-key)",
            (_, null) => "none has ended yet",
            _ => $"{Durations.Ago(now - report.FinishedAt)}: {Counted.Of(report.Resources, "resource")}, {Findings(report.Found)}",
        };

    private static string Findings(int count) =>
        count switch
        {
            0 => "nothing to repair",
            _ => Counted.Of(count, "finding"),
        };

    private static string Explanation(Box box, DateTimeOffset now)
    {
        var meaning = BoxStateText.Explain(box.State);
        return $" for {Durations.Coarse(now - box.Since)}" + (meaning.Length > 0 ? $": {meaning}" : "");
    }

    private static Grid Create() =>
        new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadLeft(0));

    private static void Add(Grid grid, string name, string value) => Add(grid, name, new Text(value));

    private static void Add(Grid grid, string name, IRenderable value) => grid.AddRow(new Text(name, new Style(Color.Grey)), value);
}
