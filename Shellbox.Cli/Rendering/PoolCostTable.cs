using System.Globalization;
using Shellbox.Contracts.Pool;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>Hours by state: a column a state, a line a day, and the sum below.</summary>
internal static class PoolCostTable
{
    public static IRenderable Create(PoolCost cost)
    {
        var parts = new List<IRenderable> { Table("INSTANCE-HOURS", cost.InstanceHours, cost.Days, d => d.InstanceHours) };
        parts.Add(new Text(""));
        parts.Add(Table("DISK-HOURS", cost.DiskHours, cost.Days, d => d.DiskHours));
        return new TrimmedLines(new Rows(parts));
    }

    private static IRenderable Table(
        string title,
        IReadOnlyDictionary<string, double>? sums,
        IReadOnlyList<PoolCostDay>? days,
        Func<PoolCostDay, IReadOnlyDictionary<string, double>?> of
    )
    {
        if (sums is not { Count: > 0 })
            return new Text($"{title}: none were counted yet");
        var grid = new Grid();
        string[] states = [.. sums.Keys.Order(StringComparer.Ordinal)];
        for (var column = 0; column < states.Length + 2; column++)
        {
            var cell = new GridColumn().NoWrap().PadLeft(0).PadRight(2);
            grid.AddColumn(column == 0 ? cell : cell.RightAligned());
        }

        grid.AddRow([.. new[] { title }.Concat(states).Append("all").Select(h => new Text(h, new Style(Color.Grey)))]);
        foreach (var day in days ?? [])
            grid.AddRow(Row(day.Day, of(day)));
        grid.AddRow(Row("all", sums));
        return grid;

        IRenderable[] Row(string name, IReadOnlyDictionary<string, double>? hours) =>
            [new Text(name), .. states.Select(s => Cell(hours?.GetValueOrDefault(s) ?? 0)), Cell(hours?.Values.Sum() ?? 0)];
    }

    private static Text Cell(double hours) => new(hours.ToString("0.0", CultureInfo.InvariantCulture));
}
