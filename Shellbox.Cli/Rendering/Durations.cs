using System.Globalization;

namespace Shellbox.Cli.Rendering;

/// <summary>Durations as people read them: three significant digits, always in seconds so that figures compare at a glance.</summary>
internal static class Durations
{
    public static string Format(TimeSpan duration) => Format(duration.TotalSeconds);

    public static string Format(double seconds) =>
        Math.Max(0, seconds) switch
        {
            < 9.995 => seconds < 0 ? "0.00 s" : seconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
            < 99.95 => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
            _ => seconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        };

    /// <summary>How long ago.</summary>
    public static string Ago(TimeSpan age) => age.TotalSeconds < 5 ? "just now" : $"{Coarse(age)} ago";

    /// <summary>In the largest unit that fits.</summary>
    public static string Coarse(TimeSpan duration) =>
        duration switch
        {
            { Ticks: < 0 } => "0 s",
            { TotalSeconds: < 120 } => $"{(int)duration.TotalSeconds} s",
            { TotalMinutes: < 120 } => $"{(int)duration.TotalMinutes} min",
            { TotalHours: < 48 } => $"{(int)duration.TotalHours} h",
            _ => $"{(int)duration.TotalDays} days",
        };
}
