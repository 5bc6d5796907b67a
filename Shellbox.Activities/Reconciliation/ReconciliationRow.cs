using Azure;
using Azure.Data.Tables;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// A row of table Events: the report of a run of the reconciler. PartitionKey = <see cref="Partition"/>; RowKey = inverted ticks, so that
/// the newest is first.
/// </summary>
public sealed class ReconciliationRow : ITableEntity
{
    public const string Partition = "reconciliation";

    public required string PartitionKey { get; set; }
    public required string RowKey { get; set; }
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>The report, as JSON.</summary>
    public required string Report { get; set; }
}
