using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>Drops the blanks that columns are padded with at the end of a line.</summary>
internal sealed class TrimmedLines(IRenderable content) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in Segment.SplitLines(content.Render(options, maxWidth)))
        {
            for (var last = line.Count - 1; last >= 0; last--)
            {
                var text = line[last].Text.TrimEnd(' ');
                if (text.Length > 0)
                {
                    line[last] = new Segment(text, line[last].Style);
                    break;
                }

                line.RemoveAt(last);
            }

            foreach (var segment in line)
            {
                yield return segment;
            }

            yield return Segment.LineBreak;
        }
    }
}
