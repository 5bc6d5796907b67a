using Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Creation;

/// <summary>
/// The row of table Boxes that a user's requests for more pass by: PartitionKey = user id, RowKey = <see cref="AdmissionGate.RowKey"/>.
/// </summary>
public sealed class AdmissionRow : IVersionedRow
{
    public required string PartitionKey { get; set; }
    public string RowKey { get; set; } = AdmissionGate.RowKey;
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public int SchemaVersion { get; set; } = 1;

    static int IVersionedRow.Newest => 1;

    /// <summary>How many have passed.</summary>
    public long Passed { get; set; }

    void IVersionedRow.Upgrade() { }
}
