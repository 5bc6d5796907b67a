using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>Text in exactly one line: what does not fit is cut, and a mark says so.</summary>
internal sealed class OneLine(string text, Style style) : Renderable
{
    /// <summary>The text, or as much of it as <paramref name="width"/> columns hold.</summary>
    public static string Fit(string text, int width, bool unicode) =>
        text.Length <= width ? text
        : width < 1 ? ""
        : text[..(width - 1)] + (unicode ? "…" : "~");

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        yield return new Segment(Fit(text, maxWidth, options.Unicode), style);
    }
}
