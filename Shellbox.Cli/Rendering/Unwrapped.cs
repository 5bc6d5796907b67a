using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>Text that the console does not wrap: the terminal does, and a long line stays one when it is copied.</summary>
internal sealed class Unwrapped(string text, Style style) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        yield return new Segment(text, style);
        yield return Segment.LineBreak;
    }
}
