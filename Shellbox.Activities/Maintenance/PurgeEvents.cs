using Shellbox.Activities.Audit;

namespace Shellbox.Activities.Maintenance;

/// <summary>Deletes some of the old entries of the audit log. It is called until it has found fewer than it may delete at once.</summary>
public sealed class PurgeEvents(EventLog events, TimeProvider time)
{
    /// <summary>A few seconds' work.</summary>
    public const int Most = 1000;

    [Function(nameof(PurgeEvents))]
    public Task<int> RunAsync([ActivityTrigger] MaintenanceOptions options, CancellationToken cancellationToken) =>
        events.PurgeAsync(time.GetUtcNow() - options.KeepEvents, time.GetUtcNow() - options.KeepHistories, Most, cancellationToken);
}
