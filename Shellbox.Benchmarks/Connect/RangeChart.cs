using System.Net;
using System.Text;

namespace Shellbox.Benchmarks.Connect;

/// <summary>Medians with a line up to the 99th percentile, on a logarithmic axis of seconds, as SVG.</summary>
internal static class RangeChart
{
    private const int Left = 330;
    private const int Right = 110;
    private const int Width = 960;
    private const int RowHeight = 34;
    private const int Top = 64;

    public static string Draw(string title, string subtitle, IReadOnlyList<(string Name, Distribution Seconds)> rows)
    {
        var low = Math.Pow(10, Math.Floor(Math.Log10(rows.Min(r => r.Seconds.Median))));
        var high = Math.Pow(10, Math.Ceiling(Math.Log10(rows.Max(r => r.Seconds.Percentile(99)))));
        var height = Top + (rows.Count * RowHeight) + 46;
        var svg = new StringBuilder();
        Line(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" "
                + $"role=\"img\" aria-label=\"{Escape(title)}\">"
        );
        Line(
            $"<style>text{{font:14px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#24292f}}"
                + $".small{{font-size:12px;fill:#57606a}}.title{{font-size:17px;font-weight:600}}"
                + $".grid{{stroke:#d0d7de}}.range{{stroke:#0969da;stroke-width:3;stroke-linecap:round}}"
                + $".dot{{fill:#0969da}}.paper{{fill:#fff}}</style>"
        );
        Line($"<rect class=\"paper\" width=\"{Width}\" height=\"{height}\"/>");
        Line(
            $"<text class=\"title\" x=\"16\" y=\"26\">{Escape(title)}</text><text class=\"small\" x=\"16\" "
                + $"y=\"46\">{Escape(subtitle)}</text>"
        );
        var bottom = Top + (rows.Count * RowHeight);
        for (var decade = low; decade <= high * 1.001; decade *= 10)
        {
            Line($"<line class=\"grid\" x1=\"{X(decade)}\" y1=\"{Top}\" x2=\"{X(decade)}\" y2=\"{bottom}\"/>");
            Line($"<text class=\"small\" x=\"{X(decade)}\" y=\"{bottom + 18}\" text-anchor=\"middle\">{decade:0.###} s</text>");
        }

        for (var i = 0; i < rows.Count; i++)
        {
            var (name, seconds) = rows[i];
            var y = Top + (i * RowHeight) + (RowHeight / 2);
            Line($"<text x=\"{Left - 14}\" y=\"{y + 5}\" text-anchor=\"end\">{Escape(name)}</text>");
            Line($"<line class=\"range\" x1=\"{X(seconds.Median)}\" y1=\"{y}\" x2=\"{X(seconds.Percentile(99))}\" y2=\"{y}\"/>");
            Line($"<circle class=\"dot\" cx=\"{X(seconds.Median)}\" cy=\"{y}\" r=\"6\"/>");
            Line($"<text x=\"{X(seconds.Percentile(99)) + 12}\" y=\"{y + 5}\">{Distribution.Text(seconds.Median)} s</text>");
        }

        Line(
            $"<text class=\"small\" x=\"{Left}\" y=\"{bottom + 38}\">dot and figure: median; line: up to the 99th percentile; "
                + "the axis is logarithmic</text>"
        );
        Line("</svg>");
        return svg.ToString();

        int X(double value) => Left + (int)Math.Round((Width - Left - Right) * Math.Log10(value / low) / Math.Log10(high / low));

        void Line(string line) => svg.AppendLine(line);
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
