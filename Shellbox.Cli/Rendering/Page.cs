using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>
/// Holds what fills its width to that of a page: a log has no edge to stop at, and on a very wide terminal a line runs out of sight.
/// </summary>
internal sealed class Page(IRenderable content) : Renderable
{
    public const int Width = 100;

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        content.Render(options, Math.Min(maxWidth, Width));
}
