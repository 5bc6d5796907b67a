namespace Shellbox.Activities.Maintenance;

/// <summary>How long what nobody needs any more is kept.</summary>
public sealed record MaintenanceOptions
{
    /// <summary>Ended orchestrations: their status URLs answer 404 afterwards. Also the reports of the reconciler.</summary>
    public TimeSpan KeepHistories { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Entries of the audit log, in whole days.</summary>
    public TimeSpan KeepEvents { get; init; } = TimeSpan.FromDays(90);
}
