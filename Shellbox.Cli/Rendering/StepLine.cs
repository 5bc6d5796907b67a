using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>A mark, a name, and a duration at the right edge, in exactly one line.</summary>
internal sealed class StepLine(StepOutcome? outcome, string name, string duration, Style style, int widestUse, int depth, int frame)
    : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var width = Math.Min(maxWidth, widestUse);
        var indent = new string(' ', 2 * Math.Max(0, depth - (outcome is null ? 0 : 1)));
        var (mark, markStyle) = Mark(options.Unicode);

        // A figure without its name says nothing: on the narrowest terminals both go.
        var room = Math.Max(0, width - indent.Length - mark.Length - duration.Length - 1);
        var shown = OneLine.Fit(name, room, options.Unicode);

        yield return new Segment(indent);
        if (mark.Length > 0)
        {
            yield return new Segment(mark, markStyle);
        }

        yield return new Segment(shown, style);
        if (shown.Length > 0 || name.Length == 0)
        {
            yield return new Segment(new string(' ', room - shown.Length + 1));
            yield return new Segment(duration, style);
        }
    }

    private (string Mark, Style Style) Mark(bool unicode)
    {
        if (outcome is null)
        {
            return ("", Style.Plain);
        }

        var spinner = unicode ? Spinner.Known.Dots : Spinner.Known.Line;
        return outcome switch
        {
            StepOutcome.Done => ((unicode ? "✓" : "+") + " ", new Style(Color.Green)),
            StepOutcome.Failed => ((unicode ? "✗" : "x") + " ", new Style(Color.Red)),
            _ => (spinner.Frames[frame % spinner.Frames.Count] + " ", new Style(Color.Blue)),
        };
    }
}
