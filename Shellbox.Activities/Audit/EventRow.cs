using Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Audit;

/// <summary>
/// A row of table Events, the audit log, which has each entry twice under the same RowKey: in the partition of whom it concerns (user id
/// and box, or <see cref="PoolPartition"/>) and in that of its day (<see cref="DayPartition"/>), for those who ask by day or by instance.
/// RowKey = inverted ticks, so that a query gets the newest first.
/// </summary>
public sealed class EventRow : IVersionedRow
{
    public const int CurrentSchemaVersion = 1;
    public const string PoolPartition = "pool";

    /// <summary>The <see cref="Kind"/> of a connect that is through.</summary>
    public const string Connected = "connected";

    private const string DayPrefix = "day-";

    static int IVersionedRow.Newest => CurrentSchemaVersion;

    public required string PartitionKey { get; set; }
    public required string RowKey { get; set; }
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public int SchemaVersion { get; set; } = CurrentSchemaVersion;

    public DateTimeOffset At { get; set; }

    /// <summary>What happened, as a fixed word: <c>connected</c>, <c>released</c>, <c>connect-failed</c>, ...</summary>
    public required string Kind { get; set; }
    public required string Detail { get; set; }

    /// <summary>Whom it concerns: the partition that is not the day's.</summary>
    public string? Subject { get; set; }
    public string? OperationId { get; set; }
    public string? InstanceId { get; set; }

    /// <summary>How long it took, in seconds; null when it has no duration.</summary>
    public double? Seconds { get; set; }

    /// <summary>Of a connect: which tier it was. Entries are never rewritten, so those who do not know of it lose nothing.</summary>
    public string? Tier { get; set; }

    /// <summary>The partition of a day (UTC).</summary>
    public static string DayPartition(DateOnly day) =>
        DayPrefix + day.ToString("yyyyMMdd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Where the entries of an instant stand among others; later ones come before.</summary>
    public static string Position(DateTimeOffset at) =>
        (DateTime.MaxValue.Ticks - at.UtcTicks).ToString("d19", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Version 1 is the first.</summary>
    void IVersionedRow.Upgrade() { }
}
