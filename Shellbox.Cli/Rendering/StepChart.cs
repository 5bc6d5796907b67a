using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>
/// The steps over time, one bar each on a common axis, so that overlap shows. A step that still runs at the end is drawn to the edge and
/// says so: it did not hold the connect up.
/// </summary>
internal sealed class StepChart(IReadOnlyList<Step> steps, DateTimeOffset start, double totalSeconds) : Renderable
{
    private const int NarrowestLabel = 8;
    private const int NarrowestBars = 16;
    private const int WidestBars = 100;
    private const string StillRunning = "goes on";
    private static readonly int[] RoundNumbers = [1, 2, 5, 10];

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var rows = StepNames
            .InOrder(steps)
            .Select(s => new Row(
                (StepNames.IsPartOfStartQemu(s, steps) ? "  " : "") + StepNames.Readable(s.Name),
                Math.Max(0, (s.StartedAt - start).TotalSeconds),
                s.Seconds,
                s.Outcome
            ))
            .ToList();
        var length = Math.Max(totalSeconds, rows.Select(r => r.Start + (r.Seconds ?? 0)).DefaultIfEmpty(0).Max());
        if (length <= 0 || rows.Count == 0)
        {
            yield break;
        }

        // Where there is little room the labels are cut first, down to a word; then the bars go.
        var figureWidth = rows.Max(r => Figure(r).Length);
        var labelWidth = Math.Min(rows.Max(r => r.Label.Length), Math.Max(NarrowestLabel, maxWidth - figureWidth - NarrowestBars - 2));
        var barWidth = Math.Min(maxWidth - labelWidth - figureWidth - 2, WidestBars);
        if (barWidth < 1)
        {
            labelWidth = Math.Max(0, maxWidth - figureWidth - 1);
            foreach (var row in rows)
            {
                yield return new Segment($"{Fit(row.Label, labelWidth)} {Figure(row).PadLeft(figureWidth)}");
                yield return Segment.LineBreak;
            }

            yield break;
        }

        foreach (var row in rows)
        {
            yield return new Segment(Fit(row.Label, labelWidth) + " ");
            foreach (var segment in Bar(row, length, barWidth, options.Unicode))
            {
                yield return segment;
            }

            yield return new Segment(" " + Figure(row).PadLeft(figureWidth), new Style(row.Seconds is null ? Color.Yellow : Color.Grey));
            yield return Segment.LineBreak;
        }

        yield return new Segment(new string(' ', labelWidth + 1) + Axis(length, barWidth, options.Unicode), new Style(Color.Grey));
        yield return Segment.LineBreak;
        yield return new Segment(new string(' ', labelWidth + 1) + AxisFigures(length, barWidth), new Style(Color.Grey));
        yield return Segment.LineBreak;
    }

    private static string Figure(Row row) => row.Seconds is { } seconds ? Durations.Format(seconds) : StillRunning;

    private static string Fit(string label, int width) => label.Length <= width ? label.PadRight(width) : label[..width];

    private static IEnumerable<Segment> Bar(Row row, double length, int width, bool unicode)
    {
        var from = row.Start / length * width;
        var to = Math.Min(width, (row.Start + (row.Seconds ?? length)) / length * width);

        // Whatever happened is visible: at least the thinnest mark, and never outside the chart.
        var cell = Math.Min((int)from, width - 1);
        var bar = unicode ? Blocks(from, to, cell, row.Seconds is null) : Characters(to, cell, row.Seconds is null);
        var style = row.Outcome switch
        {
            StepOutcome.Failed => new Style(Color.Red),
            StepOutcome.Running => new Style(Color.Yellow),
            _ => new Style(Color.Green),
        };
        yield return new Segment(new string(' ', cell));
        yield return new Segment(bar, style);
        yield return new Segment(new string(' ', Math.Max(0, width - cell - bar.Length)));
    }

    private static string Blocks(double from, double to, int cell, bool running)
    {
        const string Eighths = " ▏▎▍▌▋▊▉█";
        if (running)
        {
            return new string('▒', Math.Max(1, (int)Math.Ceiling(to) - cell));
        }

        if (to <= cell + 1)
        {
            return Eighths[Math.Clamp((int)Math.Round((to - from) * 8), 1, 8)].ToString();
        }

        // A start in the second half of its cell is drawn there; Unicode has no finer left edge.
        var head = from - cell >= 0.5 ? "▐" : "█";
        var full = new string('█', Math.Max(0, (int)to - cell - 1));
        var tail = (int)Math.Round((to - Math.Floor(to)) * 8);
        return head + full + (tail > 0 ? Eighths[tail].ToString() : "");
    }

    private static string Characters(double to, int cell, bool running) =>
        new(running ? '>' : '=', Math.Max(1, (int)Math.Round(to) - cell));

    private static string Axis(double length, int width, bool unicode)
    {
        var axis = new string(unicode ? '─' : '-', width).ToCharArray();
        foreach (var tick in Ticks(length, width))
        {
            axis[Position(tick, length, width)] = unicode ? '┬' : '+';
        }

        return new string(axis);
    }

    private static string AxisFigures(double length, int width)
    {
        var line = new char[width];
        Array.Fill(line, ' ');
        foreach (var tick in Ticks(length, width))
        {
            var text = tick.ToString("0.##", CultureInfo.InvariantCulture) + " s";

            // The last one may have to move to the left of its tick, but not into the one before.
            var at = Math.Min(Position(tick, length, width), width - text.Length);
            if (at >= 0 && line.AsSpan(Math.Max(0, at - 1), text.Length).IndexOfAnyExcept(' ') < 0)
            {
                text.CopyTo(0, line, at, text.Length);
            }
        }

        return new string(line).TrimEnd();
    }

    private static int Position(double tick, double length, int width) => Math.Min(width - 1, (int)(tick / length * width));

    // Steps of 1, 2 or 5 times a power of ten, about twelve columns apart.
    private static IEnumerable<double> Ticks(double length, int width)
    {
        var rough = length / Math.Max(2, width / 12);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = RoundNumbers.Select(f => f * power).First(s => s >= rough * 0.999);
        for (var i = 0; i * step <= length; i++)
        {
            yield return i * step;
        }
    }

    private sealed record Row(string Label, double Start, double? Seconds, StepOutcome Outcome);
}
