using System.Runtime.Serialization;
using System.Text.Json;
using Azure;

namespace Shellbox.Activities.State;

/// <summary>A row of table Boxes: PartitionKey = user id, RowKey = box name.</summary>
public sealed class BoxRow : IVersionedRow
{
    public const int CurrentSchemaVersion = 1;

    static int IVersionedRow.Newest => CurrentSchemaVersion;

    public required string PartitionKey { get; set; }
    public required string RowKey { get; set; }
    public DateTimeOffset? Timestamp { get; set; }
    public ETag ETag { get; set; }
    public int SchemaVersion { get; set; } = CurrentSchemaVersion;

    public BoxState State { get; set; }

    /// <summary>When <see cref="State"/> last changed.</summary>
    public DateTimeOffset Since { get; set; }

    public DateTimeOffset LastUsed { get; set; }
    public required string VolumeId { get; set; }

    /// <summary>The placement: null while the box has none.</summary>
    public string? InstanceId { get; set; }
    public int? Lun { get; set; }

    /// <summary>Where the guest's SSH answers; set while it runs.</summary>
    public string? Host { get; set; }
    public int? Port { get; set; }
    public string? HostKey { get; set; }

    /// <summary>
    /// Grows by one with each operation that may touch the placement. Whoever holds a lower one has been superseded and
    /// changes nothing.
    /// </summary>
    public long Epoch { get; set; }

    /// <summary>The operation (and Durable instance id) that moved the box last.</summary>
    public string? OperationId { get; set; }

    /// <summary>The connect that goes on when the release under way has ended.</summary>
    public string? NextOperationId { get; set; }

    /// <summary>A disconnect came while the box was connecting: it is released as soon as the connect is through.</summary>
    public bool ReleaseWhenReady { get; set; }

    /// <summary>The user's key, as type and Base64 blob. Null until the first connect.</summary>
    public string? PublicKey { get; set; }

    /// <summary>The open sessions, as a JSON array: a table property holds no lists.</summary>
    public string SessionIds { get; set; } = "[]";

    /// <summary>The state before a transition that is not written yet, and since when it was that.</summary>
    [IgnoreDataMember]
    internal BoxState? LeftState { get; set; }

    [IgnoreDataMember]
    internal DateTimeOffset LeftSince { get; set; }

    [IgnoreDataMember]
    public BoxKey Key => new(PartitionKey, RowKey);

    [IgnoreDataMember]
    public IReadOnlyList<string> Sessions => JsonSerializer.Deserialize<string[]>(SessionIds)!;

    /// <summary>
    /// The cap keeps the row small when sessions are lost without a disconnect: the oldest give way.
    /// </summary>
    public void AddSession(string sessionId) =>
        SessionIds = JsonSerializer.Serialize(Sessions.Where(s => s != sessionId).Append(sessionId).TakeLast(100));

    /// <param name="sessionId">The session to end, or null for all.</param>
    public void EndSessions(string? sessionId) =>
        SessionIds = JsonSerializer.Serialize(Sessions.Where(s => sessionId is not null && s != sessionId));

    /// <summary>Version 1 is the first.</summary>
    void IVersionedRow.Upgrade() { }
}
