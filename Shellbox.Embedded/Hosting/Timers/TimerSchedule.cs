using System.Globalization;
using NCrontab;

namespace Shellbox.Embedded.Hosting.Timers;

/// <summary>When a timer function runs: an NCRONTAB expression (six fields; five: without seconds) or an interval such as <c>00:00:30</c>.</summary>
internal sealed class TimerSchedule
{
    /// <summary>What NCrontab answers when there is no occurrence any more.</summary>
    private static readonly DateTime End = DateTime.MaxValue.Date;

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
        if (!Upcoming(DateTime.UnixEpoch, 1).Any())
            throw new FormatException($"'{text}' names a day that does not exist, so it would never run.");
    }

    public string Text { get; }

    public DateTime Next(DateTime after) =>
        cron is null ? after + interval : DateTime.SpecifyKind(cron.GetNextOccurrence(after, End), DateTimeKind.Utc);

    /// <summary>Whether it is worth keeping track of: as far as can be seen ahead it never fires more often than once a minute.</summary>
    public bool IsMonitored(DateTime from)
    {
        var upcoming = Upcoming(from, 5).ToList();
        return upcoming.Zip(upcoming.Skip(1), (a, b) => b - a).All(gap => gap >= TimeSpan.FromMinutes(1));
    }

    public IEnumerable<DateTime> Upcoming(DateTime from, int count)
    {
        for (var i = 0; i < count && (from = Next(from)) < End; i++)
            yield return from;
    }
}
