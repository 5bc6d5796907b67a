using System.Globalization;
using NCrontab;

namespace Shellbox.Embedded.Hosting.Timers;

/// <summary>When a timer function runs: an NCRONTAB expression (six fields; five: without seconds) or an interval such as <c>00:00:30</c>.</summary>
internal sealed class TimerSchedule
{
    private readonly CrontabSchedule? cron;
    private readonly TimeSpan interval;

    public TimerSchedule(string text)
    {
        Text = text.Trim();
        var fields = Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        if (fields == 1 && TimeSpan.TryParse(Text, CultureInfo.InvariantCulture, out interval) && interval > TimeSpan.Zero)
            return;
        cron = CrontabSchedule.TryParse(Text, new CrontabSchedule.ParseOptions { IncludingSeconds = fields == 6 })
            ?? throw new FormatException($"'{text}' is neither an NCRONTAB expression such as '0 */5 * * * *' nor an interval such as 00:05:00.");
    }

    public string Text { get; }

    public DateTime Next(DateTime after) =>
        cron is null ? after + interval : DateTime.SpecifyKind(cron.GetNextOccurrence(after), DateTimeKind.Utc);

    /// <summary>Whether it is worth keeping track of: it fires at most once a minute.</summary>
    public bool IsMonitored(DateTime from)
    {
        var first = Next(from);
        return Next(first) - first >= TimeSpan.FromMinutes(1);
    }

    public IEnumerable<DateTime> Upcoming(DateTime from, int count)
    {
        for (var i = 0; i < count; i++)
            yield return from = Next(from);
    }
}
