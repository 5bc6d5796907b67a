using Azure;
using Azure.Data.Tables;

namespace Shellbox.Activities.State;

/// <summary>
/// A row of table Events, the audit log: PartitionKey = user id and box, or <see cref="PoolPartition"/>;
/// RowKey = inverted ticks, so that a query gets the newest first.
/// </summary>
public sealed class EventRow : ITableEntity
{
    public const string PoolPartition = "pool";

    public required string PartitionKey { get; set; }
    public required string RowKey { get; set; }
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>What happened, as a fixed word: <c>connected</c>, <c>released</c>, <c>connect-failed</c>, ...</summary>
    public required string Kind { get; set; }
    public required string Detail { get; set; }
    public string? OperationId { get; set; }
    public string? InstanceId { get; set; }

    /// <summary>How long it took, in seconds; null when it has no duration.</summary>
    public double? Seconds { get; set; }
}
