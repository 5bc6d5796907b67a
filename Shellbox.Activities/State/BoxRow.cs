using System.Runtime.Serialization;
using System.Text.Json;
using Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Sessions;

namespace Shellbox.Activities.State;

/// <summary>A row of table Boxes: PartitionKey = user id, RowKey = box name.</summary>
public sealed class BoxRow : IVersionedRow
{
    /// <summary>2: the sessions have a last-seen time; 1 had their ids alone.</summary>
    public const int CurrentSchemaVersion = 2;

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

    /// <summary>
    /// The box is being created, and <see cref="VolumeId"/> is a blank volume that it has reserved: it is the box's only once the Volumes
    /// row says so too.
    /// </summary>
    [DataMember(Name = "VolumePending")]
    public bool VolumeReserved { get; set; }

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
    [IgnoreDataMember]
    public Epoch Epoch { get; set; }

    /// <summary>As the table knows it.</summary>
    [DataMember(Name = nameof(Epoch))]
    public long EpochNumber
    {
        get => Epoch.Value;
        set => Epoch = new Epoch(value);
    }

    /// <summary>The operation (and Durable instance id) that moved the box last.</summary>
    public string? OperationId { get; set; }

    /// <summary>The connect that goes on when the release under way has ended.</summary>
    public string? NextOperationId { get; set; }

    /// <summary>A disconnect came while the box was connecting: it is released as soon as the connect is through.</summary>
    public bool ReleaseWhenReady { get; set; }

    /// <summary>The user's key, as type and Base64 blob. Null until the first connect.</summary>
    public string? PublicKey { get; set; }

    /// <summary>Of a blank box that was assigned: to whom. See <see cref="BoxState.Given"/>.</summary>
    public string? GivenToUserId { get; set; }
    public string? GivenToBoxName { get; set; }

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
    public BoxKey? AssignedTo => GivenToUserId is null || GivenToBoxName is null ? null : new BoxKey(GivenToUserId, GivenToBoxName);

    /// <summary>
    /// Whether it counts as one of the boxes that its user runs: its guest is, or is about to be, in an instance's memory, in its hold
    /// included. One that is released does not, unless somebody waits for it.
    /// </summary>
    [IgnoreDataMember]
    public bool CountsTowardQuota =>
        State is BoxState.Connecting or BoxState.Running or BoxState.Held || (State is BoxState.Releasing && NextOperationId is not null);

    [IgnoreDataMember]
    public IReadOnlyList<BoxSession> Sessions
    {
        get
        {
            using var document = JsonDocument.Parse(SessionIds);

            // Until version 2 a session was its id: nothing more is known of it than when the box was last used.
            return
            [
                .. document
                    .RootElement.EnumerateArray()
                    .Select(e =>
                        e.ValueKind is JsonValueKind.String
                            ? new BoxSession(e.GetString()!, LastUsed, Beats: false)
                            : e.Deserialize<BoxSession>()!
                    ),
            ];
        }
    }

    /// <summary>
    /// Opens a session, or notes that an open one was seen. The cap keeps the row small when sessions are lost without a disconnect: the
    /// oldest give way.
    /// </summary>
    public void PutSession(BoxSession session) => SetSessions(Sessions.Where(s => s.Id != session.Id).Append(session).TakeLast(100));

    /// <summary>Ends the sessions that are chosen.</summary>
    public void EndSessions(Func<BoxSession, bool> ends) => SetSessions(Sessions.Where(s => !ends(s)));

    /// <summary>Moves the box to another state, which leaves an event when the row is written.</summary>
    /// <exception cref="InvalidOperationException">There is no such transition.</exception>
    public void MoveTo(BoxState to, DateTimeOffset now)
    {
        BoxTransitions.Require(State, to);
        (LeftState, LeftSince) = (State, Since);
        State = to;
        Since = now;
    }

    /// <summary>A connect takes the box.</summary>
    public void BeginConnect(string operationId, DateTimeOffset now)
    {
        MoveTo(BoxState.Connecting, now);
        OperationId = operationId;
        NextOperationId = null;
        Epoch = Epoch.Next;
    }

    /// <summary>The guest is paused in memory, where it answers nobody.</summary>
    public void BeginHold(string operationId, DateTimeOffset now)
    {
        MoveTo(BoxState.Held, now);
        OperationId = operationId;
        Epoch = Epoch.Next;
        (Host, Port, HostKey) = (null, null, null);
    }

    /// <summary>A release takes the box.</summary>
    public void BeginRelease(string operationId, DateTimeOffset now)
    {
        MoveTo(BoxState.Releasing, now);
        OperationId = operationId;
        ReleaseWhenReady = false;
        Epoch = Epoch.Next;
        (Host, Port, HostKey) = (null, null, null);
    }

    private void SetSessions(IEnumerable<BoxSession> sessions) => SessionIds = JsonSerializer.Serialize(sessions);

    /// <summary>
    /// Sessions are read in the form of either version (<see cref="Sessions"/>), and written in the new one when they change.
    /// </summary>
    void IVersionedRow.Upgrade() { }
}
