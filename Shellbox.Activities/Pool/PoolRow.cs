using Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>
/// What the pool remembers from one look to the next: the one row of table Instances with PartitionKey <c>pool</c>, RowKey <c>!control</c>.
/// </summary>
public sealed class PoolRow : IVersionedRow
{
    public string PartitionKey { get; set; } = PoolStore.Partition;
    public string RowKey { get; set; } = PoolStore.ControlRow;
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public int SchemaVersion { get; set; } = 1;

    static int IVersionedRow.Newest => 1;

    /// <summary>Whether an operator has stopped it: then it creates and removes nothing.</summary>
    public bool Paused { get; set; }
    public string? PausedReason { get; set; }
    public DateTimeOffset? PausedAt { get; set; }

    /// <summary>Since when there have been more free instances than the maximum, without a break.</summary>
    public DateTimeOffset? SurplusSince { get; set; }
    public DateTimeOffset? VolumeSurplusSince { get; set; }

    /// <summary>Creations that failed in a row.</summary>
    public int Failures { get; set; }
    public string? LastFailure { get; set; }

    /// <summary>Nothing is created before.</summary>
    public DateTimeOffset? RetryAt { get; set; }

    /// <summary>The same for volumes: what keeps one from being created need not keep the other.</summary>
    public int VolumeFailures { get; set; }
    public DateTimeOffset? VolumeRetryAt { get; set; }

    /// <summary>What a <c>pool</c> message asked for, until <see cref="WantedUntil"/>.</summary>
    public int WantedInstances { get; set; }
    public int WantedBlankBoxes { get; set; }
    public DateTimeOffset? WantedUntil { get; set; }

    /// <summary>Up to when the cost rows account for what there was.</summary>
    public DateTimeOffset? SampledAt { get; set; }

    /// <summary>Version 1 is the first.</summary>
    void IVersionedRow.Upgrade() { }
}
