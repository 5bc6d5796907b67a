using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Connect;

/// <summary>
/// Tells a worker that has just started how long the last connects took, from the audit log of today and yesterday: once, beside the first
/// requests. Without it, or before it is through, the worker says nothing of how long a connect will take.
/// </summary>
internal sealed partial class RecentConnectsSeed(
    EventLog events,
    RecentConnects recent,
    TimeProvider time,
    ILogger<RecentConnectsSeed> logger
) : BackgroundService
{
    /// <summary>Of all tiers together: the rare ones may have none among them.</summary>
    private const int Most = 128;

    /// <summary>A day's log may be long, and few of it connects: an estimate is not worth more than this.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        try
        {
            var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
            var found = await FindAsync(today, Most, either.Token);
            if (found.Count < Most)
                found.AddRange(await FindAsync(today.AddDays(-1), Most - found.Count, either.Token));
            found.Reverse();
            recent.Seed(found.Where(e => e is { Tier: not null, Seconds: not null }).Select(e => (e.Tier!, e.Seconds!.Value)));
        }
        catch (Exception e)
            when (e is RequestFailedException or AggregateException or OperationCanceledException or InvalidOperationException)
        {
            LogUnknown(e.Message.FirstLine());
        }
    }

    private async Task<List<EventRow>> FindAsync(DateOnly day, int most, CancellationToken cancellationToken) =>
        [.. (await events.FindAsync(new EventQuery(null, day, null, EventRow.Connected, null, most), cancellationToken)).Events];

    [LoggerMessage(203, LogLevel.Information, "How long the last connects took is not known yet: {Reason}")]
    private partial void LogUnknown(string reason);
}
