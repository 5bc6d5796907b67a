using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>Boxes, one a line.</summary>
internal static class BoxTable
{
    public static IRenderable Create(IEnumerable<Box> boxes, DateTimeOffset now)
    {
        var grid = new Grid();
        string[] headings = ["BOX", "STATE", "INSTANCE", "SESSIONS", "LAST USED"];
        foreach (var _ in headings)
        {
            grid.AddColumn(new GridColumn().NoWrap().PadLeft(0).PadRight(2));
        }

        grid.AddRow([.. headings.Select(h => new Text(h, new Style(Color.Grey)))]);
        foreach (var box in boxes.OrderBy(b => b.BoxName, StringComparer.Ordinal))
        {
            grid.AddRow(
                new Text(box.BoxName),
                BoxStateText.Of(box.State),
                new Text(box.InstanceId ?? "-"),
                new Text(box.Sessions.ToString(CultureInfo.InvariantCulture)),
                new Text(box.WasUsed ? Durations.Ago(now - box.LastUsed) : "never")
            );
        }

        return new TrimmedLines(grid);
    }
}
