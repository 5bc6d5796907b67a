using Shellbox.Contracts.Pool;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>The pool: what there is, and whether it grows.</summary>
internal static class PoolGrid
{
    public static IRenderable Of(PoolReport pool, DateTimeOffset now)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2)).AddColumn(new GridColumn().PadLeft(0));
        Add("instances", Instances(pool.Instances));
        if (pool.Volumes is { } volumes)
            Add("volumes", $"{volumes.Total} ({volumes.Blank} blank)");
        if (pool.BlankBoxes is { } boxes)
            Add("blank boxes", $"{boxes.Ready} ready, {boxes.Starting} starting, {boxes.Wanted} wanted");
        if (pool.Growth is { } growth)
        {
            Add("free", $"from {growth.Minimum} to {growth.Maximum} are kept, {growth.Total} instances in all at most");
            Add("growth", growth.Detail ?? (growth.Enabled ? "on" : "off"));
            if (growth.RetryAt is { } retryAt)
                Add("", $"{Counted.Of(growth.Failures, "failure")} in a row; the next try is in {Durations.Coarse(retryAt - now)}");
        }

        if (pool.Paused is { } paused)
        {
            Add(
                "paused",
                (paused.Since is { } since ? Durations.Ago(now - since) : "yes")
                    + (paused.Reason is { Length: > 0 } reason ? $": {reason}" : "")
            );
        }

        return new TrimmedLines(grid);

        void Add(string name, string value) => grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
    }

    private static string Instances(InstanceCounts i) =>
        $"{i.Total} ({i.Free} free, {i.Claimed} claimed, {i.Quarantined} quarantined, {i.Creating} being created, {i.Removing} "
        + $"being removed)";
}
