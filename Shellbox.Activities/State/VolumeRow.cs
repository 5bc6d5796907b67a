using System.Runtime.Serialization;
using Azure;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>A row of table Volumes: PartitionKey = shard of the id, RowKey = volume id (the managed disk's name).</summary>
public sealed class VolumeRow : IVersionedRow
{
    public const int CurrentSchemaVersion = 1;

    static int IVersionedRow.Newest => CurrentSchemaVersion;

    public required string PartitionKey { get; set; }
    public required string RowKey { get; set; }
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public int SchemaVersion { get; set; } = CurrentSchemaVersion;

    public required string ResourceId { get; set; }
    public VolumeState State { get; set; }

    /// <summary>The box whose it is; null while it is blank.</summary>
    public string? UserId { get; set; }
    public string? BoxName { get; set; }

    /// <summary>The instance that the volume is, or is being, attached to; null when detached.</summary>
    public string? AttachedTo { get; set; }

    /// <summary>
    /// The epoch of the box under which <see cref="AttachedTo"/> was written. It outlives the box: whoever gets the volume next begins
    /// above it, so that no write of an earlier owner, and no request to an instance that has seen the volume, can be taken for a later
    /// one's.
    /// </summary>
    [IgnoreDataMember]
    public Epoch Epoch { get; set; }

    /// <summary>As the table knows it.</summary>
    [DataMember(Name = nameof(Epoch))]
    public long EpochNumber
    {
        get => Epoch.Value;
        set => Epoch = new Epoch(value);
    }

    [IgnoreDataMember]
    public string Id => RowKey;

    [IgnoreDataMember]
    public BoxKey? Owner => UserId is null || BoxName is null ? null : new BoxKey(UserId, BoxName);

    /// <summary>Version 1 is the first.</summary>
    void IVersionedRow.Upgrade() { }
}
