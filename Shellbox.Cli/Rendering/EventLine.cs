using System.Globalization;
using Shellbox.Contracts.Audit;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Shellbox.Cli.Rendering;

/// <summary>An entry of the audit log in one line, which greps and copies well: when, what, whom, how long, by which operation.</summary>
internal static class EventLine
{
    public static IRenderable Of(BoxEvent entry, bool withSubject) =>
        new Unwrapped(
            entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                + $"  {entry.Kind, -22}"
                + (withSubject ? $"  {entry.Subject}" : "")
                + (entry.InstanceId is { } instance ? $"  {instance}" : "")
                + $"  {entry.Detail}"
                + (entry.Seconds is { } seconds ? $"  {Durations.Format(seconds)}" : "")
                + (entry.OperationId is { } operation ? $"  ({operation})" : ""),
            Style.Plain
        );

    public static IRenderable Note(string text) => new Unwrapped(text, new Style(Color.Grey));
}
