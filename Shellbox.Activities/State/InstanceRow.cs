using System.Runtime.Serialization;
using Azure;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>A row of table Instances: PartitionKey = shard of the id, RowKey = instance id (the VM's name).</summary>
public sealed class InstanceRow : IVersionedRow
{
    public const int CurrentSchemaVersion = 1;

    static int IVersionedRow.Newest => CurrentSchemaVersion;

    public required string PartitionKey { get; set; }
    public required string RowKey { get; set; }
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public int SchemaVersion { get; set; } = CurrentSchemaVersion;

    public InstanceState State { get; set; }

    /// <summary>When <see cref="State"/> last changed.</summary>
    public DateTimeOffset Since { get; set; }

    public required string ResourceId { get; set; }

    /// <summary>The private address in the virtual network.</summary>
    public required string Address { get; set; }

    /// <summary>SHA-256 fingerprint of the instance's SSH host key, in OpenSSH's form without the <c>SHA256:</c> prefix.</summary>
    public required string HostKeyFingerprint { get; set; }

    public string? UserId { get; set; }
    public string? BoxName { get; set; }
    public string? OperationId { get; set; }

    [IgnoreDataMember]
    public Epoch Epoch { get; set; }

    /// <summary>As the table knows it.</summary>
    [DataMember(Name = nameof(Epoch))]
    public long EpochNumber
    {
        get => Epoch.Value;
        set => Epoch = new Epoch(value);
    }
    public string? VolumeId { get; set; }
    public string? QuarantineReason { get; set; }
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>When it was registered or begun to be created; null in rows older than this property.</summary>
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>How many starts in a row have failed by its fault, and the connect that was the last of them.</summary>
    public int Failures { get; set; }
    public string? FailedOperationId { get; set; }

    /// <summary>The state before a transition that is not written yet, since when it was that, and who had it.</summary>
    [IgnoreDataMember]
    internal (InstanceState State, DateTimeOffset Since, BoxKey? ClaimedBy)? Left { get; set; }

    [IgnoreDataMember]
    public string Id => RowKey;

    /// <summary>Makes it the operation's.</summary>
    public void ClaimFor(BoxOperation operation)
    {
        (UserId, BoxName) = (operation.UserId, operation.BoxName);
        (OperationId, Epoch) = (operation.OperationId, operation.Epoch);
    }

    /// <summary>A place on this instance.</summary>
    public Placement PlacementAt(int lun) => new(Id, Address, HostKeyFingerprint, ResourceId, lun);

    [IgnoreDataMember]
    public BoxKey? ClaimedBy => UserId is null || BoxName is null ? null : new BoxKey(UserId, BoxName);

    /// <summary>Version 1 is the first.</summary>
    void IVersionedRow.Upgrade() { }
}
