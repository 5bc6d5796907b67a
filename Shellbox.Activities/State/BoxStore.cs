using System.Globalization;
using Azure.Data.Tables;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>
/// The Boxes table. Each change is a decision on the row as read, written on the condition that it still is that row;
/// a lost race reads and decides again.
/// </summary>
public sealed class BoxStore(StateTables tables, TimeProvider time, EventLog? events = null)
{
    private readonly AdmissionGate _gate = new(tables.Boxes);

    public Task<BoxRow?> FindAsync(BoxKey key, CancellationToken cancellationToken) =>
        tables.Boxes.FindAsync<BoxRow>(key.UserId, key.BoxName, cancellationToken);

    public IAsyncEnumerable<BoxRow> ListAsync(string userId, CancellationToken cancellationToken) =>
        tables
            .Boxes.QueryAsync<BoxRow>(
                TableClient.CreateQueryFilter($"PartitionKey eq {userId}") + $" and {AdmissionGate.Boxes}",
                cancellationToken: cancellationToken
            )
            .Known(cancellationToken);

    /// <summary>Every box there is: a scan, for the reconciler.</summary>
    public IAsyncEnumerable<BoxRow> ListAllAsync(CancellationToken cancellationToken) =>
        tables.Boxes.QueryAsync<BoxRow>(AdmissionGate.Boxes, cancellationToken: cancellationToken).Known(cancellationToken);

    /// <summary>Registers a stopped box; false when the row exists.</summary>
    /// <param name="key">The box.</param>
    /// <param name="volumeId">Its volume.</param>
    /// <param name="epoch">The epoch that it begins at: not below that of its volume (<see cref="VolumeRow.Epoch"/>).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<bool> TryAddAsync(BoxKey key, string volumeId, long epoch, CancellationToken cancellationToken) =>
        TryAddAsync(key, volumeId, epoch, pending: false, null, cancellationToken);

    /// <summary>Registers a stopped box on a blank volume that it hopes to get (<see cref="BoxRow.VolumePending"/>).</summary>
    /// <param name="key">The box.</param>
    /// <param name="volumeId">The volume.</param>
    /// <param name="epoch">The epoch that it begins at.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="fits">Whether the user may have one more beside these; null: in any case.</param>
    /// <returns>False when the row exists, or does not fit.</returns>
    public Task<bool> TryAddPendingAsync(
        BoxKey key,
        string volumeId,
        long epoch,
        CancellationToken cancellationToken,
        Func<IReadOnlyList<BoxRow>, bool>? fits = null
    ) => TryAddAsync(key, volumeId, epoch, pending: true, fits, cancellationToken);

    private Task<bool> TryAddAsync(
        BoxKey key,
        string volumeId,
        long epoch,
        bool pending,
        Func<IReadOnlyList<BoxRow>, bool>? fits,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var row = new BoxRow
        {
            PartitionKey = key.UserId,
            RowKey = key.BoxName,
            VolumeId = volumeId,
            State = BoxState.Stopped,
            Since = now,
            LastUsed = now,
            Epoch = epoch,
            VolumePending = pending,
        };
        return TryAdmitAsync(row, fits, cancellationToken);
    }

    /// <summary>
    /// Inserts a row unless it exists or does not fit beside the user's others. Of those that come at once each is judged when the one
    /// before it is through.
    /// </summary>
    private async Task<bool> TryAdmitAsync(BoxRow row, Func<IReadOnlyList<BoxRow>, bool>? fits, CancellationToken cancellationToken)
    {
        if (fits is null)
            return await tables.Boxes.TryInsertAsync(row, cancellationToken);
        while (true)
        {
            var admission = await _gate.ReadAsync(row.PartitionKey, cancellationToken);
            var others = await ListAsync(row.PartitionKey, cancellationToken).ToListAsync(cancellationToken);
            if (others.Any(o => o.Key == row.Key) || !fits(others))
                return false;
            if (await _gate.TryPassAsync(admission, new(TableTransactionActionType.Add, row), cancellationToken))
                return true;
        }
    }

    /// <inheritdoc cref="TryAddAsync(BoxKey, string, long, CancellationToken)"/>
    public Task<bool> TryAddAsync(BoxKey key, string volumeId, CancellationToken cancellationToken) =>
        TryAddAsync(key, volumeId, 0, cancellationToken);

    /// <summary>
    /// Decides who connects the box. The winner's operation takes the row; whoever comes meanwhile joins it; whoever comes during
    /// a release is next.
    /// </summary>
    /// <param name="key">The box.</param>
    /// <param name="operationId">The caller's new operation.</param>
    /// <param name="sessionId">The session that the caller opens; null for a prewarm.</param>
    /// <param name="publicKey">The user's key; null for a prewarm.</param>
    /// <param name="deadOperationId">An operation that the caller has seen to be over though the row still names it: it is taken
    /// over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="mostRunning">How many boxes the user may run, this one included; null: any number. One that is among them already may
    /// in any case.</param>
    public async Task<ConnectDecision> DecideConnectAsync(
        BoxKey key,
        string operationId,
        string? sessionId,
        string? publicKey,
        string? deadOperationId,
        CancellationToken cancellationToken,
        int? mostRunning = null
    )
    {
        while (true)
        {
            var (decision, row) = await DecideAsync(
                key,
                box => Decide(box, admitted: mostRunning is null),
                cancellationToken,
                LeavesAsItIs
            );
            if (row is null)
                return new ConnectDecision(ConnectDecisionKind.NotFound, operationId, 0, null);
            if (decision.Kind is not ConnectDecisionKind.NotAdmitted)
                return decision with { Row = row };

            // Only now, so that a box that runs is connected without a look at the others.
            var admission = await _gate.ReadAsync(key.UserId, cancellationToken);
            var boxes = await ListAsync(key.UserId, cancellationToken).ToListAsync(cancellationToken);
            var running = boxes.Where(b => b.TakesAPlace && b.Key != key).Select(b => b.Key.BoxName).ToList();
            if (running.Count >= mostRunning)
                return decision with { Row = row, Running = running };
            if (boxes.Find(b => b.Key == key) is not { } own)
                continue;
            decision = Decide(own, admitted: true);
            if (LeavesAsItIs(decision))
                return decision with { Row = own };
            if (!await _gate.TryPassAsync(admission, new(TableTransactionActionType.UpdateReplace, own, own.ETag), cancellationToken))
                continue;
            await RecordTransitionAsync(own);
            return decision with { Row = own };
        }

        static bool LeavesAsItIs(ConnectDecision d) =>
            d.Kind is ConnectDecisionKind.BeingDeleted or ConnectDecisionKind.NotFound or ConnectDecisionKind.NotAdmitted;

        ConnectDecision Decide(BoxRow box, bool admitted)
        {
            if (box.State is BoxState.Deleting)
                return new ConnectDecision(ConnectDecisionKind.BeingDeleted, box.OperationId!, box.Epoch, null);
            if (box.State is BoxState.Given)
                return new ConnectDecision(ConnectDecisionKind.NotFound, operationId, 0, null);

            if (!admitted && !box.TakesAPlace)
                return new ConnectDecision(ConnectDecisionKind.NotAdmitted, operationId, box.Epoch, null);

            // A guest in its hold is as hot as a prewarm can make it.
            if (sessionId is null && box.State is BoxState.Running or BoxState.Held)
            {
                return new ConnectDecision(ConnectDecisionKind.AlreadyRunning, box.OperationId!, box.Epoch, null);
            }

            if (sessionId is not null)
            {
                box.PutSession(new BoxSession(sessionId, time.GetUtcNow(), Beats: false));
                box.PublicKey = publicKey;
                box.LastUsed = time.GetUtcNow();
                box.ReleaseWhenReady = false;
            }

            var over = deadOperationId is not null && box.OperationId == deadOperationId;
            if (box.State is BoxState.Connecting && !over)
            {
                return new ConnectDecision(ConnectDecisionKind.Joined, box.OperationId!, box.Epoch, null);
            }

            if (box.State is BoxState.Releasing && !over)
            {
                if (box.NextOperationId is { } next && next != deadOperationId)
                {
                    return new ConnectDecision(ConnectDecisionKind.Joined, next, box.Epoch, null);
                }

                box.NextOperationId = operationId;
                return new ConnectDecision(ConnectDecisionKind.Queued, operationId, box.Epoch, null);
            }

            var inMemory = box.State is BoxState.Running or BoxState.Held;
            BeginConnect(box, operationId);
            return new ConnectDecision(ConnectDecisionKind.Started, operationId, box.Epoch, null, inMemory);
        }
    }

    /// <summary>
    /// The turn of an operation that waits for a release: gives the row once it is the operation's, else null.
    /// </summary>
    /// <param name="key">The box.</param>
    /// <param name="operationId">The operation that waits.</param>
    /// <param name="releaseIsOver">Whether the release that the row names will not finish: then it is taken over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BoxRow?> TryTakeTurnAsync(
        BoxKey key,
        string operationId,
        Func<string, Task<bool>> releaseIsOver,
        CancellationToken cancellationToken
    )
    {
        var row = await RequireAsync(key, cancellationToken);
        if (row.State is BoxState.Releasing && row.NextOperationId == operationId)
        {
            var release = row.OperationId!;
            if (!await releaseIsOver(release))
                return null;
            (_, row) = await DecideAsync(
                key,
                box =>
                {
                    if (box.State is BoxState.Releasing && box.OperationId == release)
                        BeginConnect(box, operationId);
                    return true;
                },
                cancellationToken
            );
        }

        return row is { State: BoxState.Connecting } && row.OperationId == operationId ? row : throw Superseded(key, operationId);
    }

    /// <summary>
    /// Records where the box is going to run, before the instance is claimed: so no claim is ever without an owner that knows of it.
    /// </summary>
    /// <param name="key">The box.</param>
    /// <param name="operationId">The operation.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="from">What is recorded, as far as the caller knows. Where it is another, nothing changes: a second run of the activity
    /// was first.</param>
    /// <param name="instanceId">The instance; null: none.</param>
    /// <param name="lun">The LUN there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The row as it is now.</returns>
    public Task<BoxRow> RecordPlacementAsync(
        BoxKey key,
        string operationId,
        long epoch,
        string? from,
        string? instanceId,
        int? lun,
        CancellationToken cancellationToken
    ) =>
        ChangeOwnAsync(
            key,
            operationId,
            epoch,
            box =>
            {
                if (box.InstanceId != from)
                    return;
                box.InstanceId = instanceId;
                box.Lun = lun;
            },
            cancellationToken
        );

    /// <summary>The guest answers: the box runs.</summary>
    public Task<BoxRow> CompleteConnectAsync(
        BoxKey key,
        string operationId,
        long epoch,
        string host,
        int port,
        string hostKey,
        CancellationToken cancellationToken
    ) =>
        ChangeOwnAsync(
            key,
            operationId,
            epoch,
            box =>
            {
                Move(box, BoxState.Running);
                box.Host = host;
                box.Port = port;
                box.HostKey = hostKey;
            },
            cancellationToken
        );

    /// <summary>
    /// Ends a session, or all, and begins the hold or the release when it was the last.
    /// </summary>
    /// <param name="key">The box.</param>
    /// <param name="operationId">The caller's new operation.</param>
    /// <param name="sessionId">The session to end; null for all.</param>
    /// <param name="hold">Whether a guest that runs is held in memory for a while before it is released.</param>
    /// <param name="deadOperationId">An operation that the caller has seen to be over though the row still names it: it is taken
    /// over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The row as decided; its operation is <paramref name="operationId"/> when the caller has to start the release.</returns>
    public async Task<BoxRow?> DecideDisconnectAsync(
        BoxKey key,
        string operationId,
        string? sessionId,
        bool hold,
        string? deadOperationId,
        CancellationToken cancellationToken
    )
    {
        var (_, row) = await DecideAsync(
            key,
            box =>
            {
                var had = box.Sessions.Count;
                box.EndSessions(s => sessionId is null || s.Id == sessionId);
                if (box.Sessions.Count > 0 || (sessionId is not null && had == 0))
                    return true;

                // Whoever waits for its turn has just gone.
                box.NextOperationId = null;
                var over = deadOperationId is not null && box.OperationId == deadOperationId;
                if (box.State is BoxState.Running && hold && !over)
                {
                    BeginHold(box, operationId);
                }
                else if (box.State is BoxState.Running or BoxState.Attached || (box.State is BoxState.Held && !hold) || over)
                {
                    BeginRelease(box, operationId);
                }
                else if (box.State is BoxState.Connecting)
                {
                    box.ReleaseWhenReady = true;
                }

                return true;
            },
            cancellationToken
        );
        return row;
    }

    /// <summary>
    /// Ends a session that was not seen since, as a disconnect with a hold does. Null when it was, or is over already, or the box does not
    /// run.
    /// </summary>
    public async Task<BoxRow?> DecideExpiryAsync(
        BoxKey key,
        string operationId,
        BoxSession session,
        bool hold,
        CancellationToken cancellationToken
    )
    {
        var (ended, row) = await DecideAsync(
            key,
            box =>
            {
                if (box.State is not BoxState.Running || !box.Sessions.Contains(session))
                    return false;
                box.EndSessions(s => s == session);
                if (box.Sessions.Count > 0)
                    return true;
                box.NextOperationId = null;
                if (hold)
                    BeginHold(box, operationId);
                else
                    BeginRelease(box, operationId);
                return true;
            },
            cancellationToken,
            ended => !ended
        );
        return ended ? row : null;
    }

    /// <summary>Notes that a session is alive. False when the box has no such session, null when there is no such box.</summary>
    public async Task<bool?> TryBeatAsync(BoxKey key, string sessionId, CancellationToken cancellationToken)
    {
        var (known, row) = await DecideAsync(
            key,
            box =>
            {
                if (!box.Sessions.Any(s => s.Id == sessionId))
                    return false;
                box.PutSession(new BoxSession(sessionId, time.GetUtcNow(), Beats: true));
                box.LastUsed = time.GetUtcNow();
                return true;
            },
            cancellationToken,
            known => !known
        );
        return row is null ? null : known;
    }

    /// <summary>
    /// The boxes with sessions that may be lost, and those whose delete may have failed: a scan, of which the storage gives these alone.
    /// </summary>
    public IAsyncEnumerable<BoxRow> ListToSweepAsync(CancellationToken cancellationToken) =>
        tables.Boxes.QueryAsync<BoxRow>(
            $"State eq '{BoxState.Deleting}' or (State eq '{BoxState.Running}' and SessionIds ne '[]')",
            cancellationToken: cancellationToken
        );

    /// <summary>
    /// Moves a box that runs without a session into its hold: after a disconnect, which has moved the row already, or after a prewarm.
    /// </summary>
    /// <exception cref="OperationSupersededException">The box is no longer that operation's, or somebody has connected.</exception>
    public async Task<BoxRow> BeginHoldAsync(
        BoxKey key,
        string expectedOperationId,
        long expectedEpoch,
        string operationId,
        CancellationToken cancellationToken
    )
    {
        var (row, _) = await DecideAsync(
            key,
            box =>
            {
                // The activity may run twice: the second time the row is already as wanted.
                if (box.State is BoxState.Held && box.OperationId == operationId)
                    return box;
                if (
                    box.OperationId != expectedOperationId
                    || box.Epoch != expectedEpoch
                    || box.State is not BoxState.Running
                    || box.Sessions.Count > 0
                )
                {
                    throw Superseded(key, expectedOperationId);
                }

                BeginHold(box, operationId);
                return box;
            },
            cancellationToken
        );
        return row ?? throw Superseded(key, expectedOperationId);
    }

    /// <summary>
    /// Moves the box from the given operation to its release: the undo of a failed connect, or the reconciler's of one that is over.
    /// </summary>
    /// <exception cref="OperationSupersededException">The box is no longer that operation's.</exception>
    public async Task<BoxRow> BeginReleaseAsync(
        BoxKey key,
        string expectedOperationId,
        long expectedEpoch,
        string operationId,
        CancellationToken cancellationToken
    )
    {
        var (row, _) = await DecideAsync(
            key,
            box =>
            {
                // The activity may run twice: the second time the row is already as wanted.
                if (box.State is BoxState.Releasing && box.OperationId == operationId)
                    return box;
                if (
                    box.OperationId != expectedOperationId
                    || box.Epoch != expectedEpoch
                    || box.State is BoxState.Stopped or BoxState.Given or BoxState.Deleting
                )
                {
                    throw Superseded(key, expectedOperationId);
                }

                BeginRelease(box, operationId);
                return box;
            },
            cancellationToken
        );
        return row ?? throw Superseded(key, expectedOperationId);
    }

    /// <summary>
    /// Ends a release. A connect that waits for it gets the box in the same write.
    /// </summary>
    /// <param name="key">The box.</param>
    /// <param name="operationId">The release.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="detached">Whether the volume is off the instance and the instance is free; else the placement stays recorded.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<BoxRow> CompleteReleaseAsync(
        BoxKey key,
        string operationId,
        long epoch,
        bool detached,
        CancellationToken cancellationToken
    ) =>
        ChangeOwnAsync(
            key,
            operationId,
            epoch,
            box =>
            {
                // The activity may run twice: the second time the release is over already.
                if (box.State is not BoxState.Releasing)
                    return;
                Move(box, detached ? BoxState.Stopped : BoxState.Attached);
                if (detached)
                    (box.InstanceId, box.Lun) = (null, null);
                if (box.NextOperationId is { } next)
                    BeginConnect(box, next);
            },
            cancellationToken
        );

    /// <summary>The pre-attached blank boxes: the pool's own, a small partition.</summary>
    public IAsyncEnumerable<BoxRow> ListBlanksAsync(CancellationToken cancellationToken) => ListAsync(BoxKey.PoolUserId, cancellationToken);

    /// <summary>
    /// Lets a box that is being created hope for another volume than it did; false when it no longer hopes for that, or is no longer
    /// stopped.
    /// </summary>
    public async Task<bool> TryHopeForAsync(BoxKey key, string volumeId, string otherId, long epoch, CancellationToken cancellationToken)
    {
        var (hopes, row) = await DecideAsync(
            key,
            box =>
            {
                if (!box.VolumePending || box.VolumeId != volumeId || box.State is not BoxState.Stopped)
                    return false;
                box.VolumeId = otherId;
                box.Epoch = Math.Max(box.Epoch, epoch);
                return true;
            },
            cancellationToken,
            hopes => !hopes
        );
        return hopes && row is not null;
    }

    /// <summary>The box has got the volume that it hoped for; false when it is gone, or has another.</summary>
    public async Task<bool> TryEndPendingAsync(BoxKey key, string volumeId, CancellationToken cancellationToken)
    {
        var (has, row) = await DecideAsync(
            key,
            box =>
            {
                if (box.VolumeId != volumeId || box.State is BoxState.Deleting)
                    return false;
                box.VolumePending = false;
                return true;
            },
            cancellationToken,
            has => !has
        );
        return has && row is not null;
    }

    /// <summary>Removes the row of a box that is being created and for which there is no volume.</summary>
    public async Task TryRemovePendingAsync(BoxKey key, CancellationToken cancellationToken)
    {
        while (await FindAsync(key, cancellationToken) is { State: BoxState.Stopped, VolumePending: true } row)
        {
            if (await tables.Boxes.TryDeleteAsync(row, cancellationToken))
                return;
        }
    }

    /// <summary>A few blank boxes that are ready, chosen at random; empty when there is none.</summary>
    public async Task<IReadOnlyList<BoxKey>> FindHeldBlanksAsync(CancellationToken cancellationToken)
    {
        // Their names end in random hex: a random position among them is a random choice.
        var from = "blank-" + Random.Shared.Next(256).ToString("x2", CultureInfo.InvariantCulture);
        var found = await FindAsync($"RowKey ge '{from}'");
        if (found.Length == 0)
            found = await FindAsync($"RowKey lt '{from}'");
        Random.Shared.Shuffle(found);
        return found;

        async Task<BoxKey[]> FindAsync(string range) =>
            await tables
                .Boxes.QueryAsync<BoxRow>(
                    $"PartitionKey eq '{BoxKey.PoolUserId}' and {range} and State eq '{BoxState.Held}'",
                    maxPerPage: 4,
                    cancellationToken: cancellationToken
                )
                .Take(4)
                .Select(b => b.Key)
                .ToArrayAsync(cancellationToken);
    }

    /// <summary>The blank boxes that are promised and not wholly given yet: none, as a rule.</summary>
    public IAsyncEnumerable<BoxRow> ListGivenAsync(CancellationToken cancellationToken) =>
        tables.Boxes.QueryAsync<BoxRow>(
            $"PartitionKey eq '{BoxKey.PoolUserId}' and State eq '{BoxState.Given}'",
            cancellationToken: cancellationToken
        );

    /// <summary>
    /// Promises a held blank box to a user's box; null when it is not to be had. Whatever its hold was about to do is superseded by the
    /// epoch. For the same user's box a second call gives what the first has given.
    /// </summary>
    public async Task<BoxRow?> TryGiveAsync(BoxKey blank, BoxKey to, string operationId, CancellationToken cancellationToken)
    {
        var (given, row) = await DecideAsync(
            blank,
            box =>
            {
                if (box.State is BoxState.Given)
                    return box.GivenTo == to;
                if (box.State is not BoxState.Held)
                    return false;
                Move(box, BoxState.Given);
                (box.GivenToUserId, box.GivenToBoxName) = (to.UserId, to.BoxName);
                box.OperationId = operationId;
                box.Epoch++;
                return true;
            },
            cancellationToken,
            given => !given
        );
        return given ? row : null;
    }

    /// <summary>
    /// Registers the user's box in the place of the blank one that was given to it: held, as that was, and under the next epoch. Null when
    /// the user's row exists, or does not fit.
    /// </summary>
    public async Task<BoxRow?> TryAddGivenAsync(
        BoxRow blank,
        CancellationToken cancellationToken,
        Func<IReadOnlyList<BoxRow>, bool>? fits = null
    )
    {
        var (to, now) = (blank.GivenTo!.Value, time.GetUtcNow());
        var row = new BoxRow
        {
            PartitionKey = to.UserId,
            RowKey = to.BoxName,
            VolumeId = blank.VolumeId,
            State = BoxState.Held,
            Since = now,
            LastUsed = now,
            InstanceId = blank.InstanceId,
            Lun = blank.Lun,
            OperationId = blank.OperationId,
            Epoch = blank.Epoch + 1,
        };
        return await TryAdmitAsync(row, fits, cancellationToken) ? row : null;
    }

    /// <summary>Takes back the row that was inserted just now, if nobody has touched it since.</summary>
    public Task<bool> WithdrawAsync(BoxRow row, CancellationToken cancellationToken) => tables.Boxes.TryDeleteAsync(row, cancellationToken);

    /// <summary>
    /// Takes a promised blank box back, for a release: the user's box has come to another volume meanwhile. Null when it is not promised
    /// any more.
    /// </summary>
    public async Task<BoxRow?> TryTakeBackAsync(BoxKey blank, string operationId, CancellationToken cancellationToken)
    {
        var (taken, row) = await DecideAsync(
            blank,
            box =>
            {
                if (box.State is BoxState.Releasing && box.OperationId == operationId)
                    return true;
                if (box.State is not BoxState.Given)
                    return false;
                BeginRelease(box, operationId);
                (box.GivenToUserId, box.GivenToBoxName) = (null, null);
                return true;
            },
            cancellationToken,
            taken => !taken
        );
        return taken ? row : null;
    }

    /// <summary>Removes the row of a blank box that has become a user's wholly.</summary>
    public async Task RemoveGivenAsync(BoxKey blank, CancellationToken cancellationToken)
    {
        while (await FindAsync(blank, cancellationToken) is { State: BoxState.Given } row)
        {
            if (await tables.Boxes.TryDeleteAsync(row, cancellationToken))
                return;
        }
    }

    /// <summary>
    /// Decides who deletes the box: from every state, and whatever works on it is superseded by the epoch. Whoever comes second joins.
    /// </summary>
    /// <param name="key">The box.</param>
    /// <param name="operationId">The caller's new operation.</param>
    /// <param name="deadOperationId">A delete that the caller has seen to be over though the row is still there: it is taken over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The row as decided; its operation is <paramref name="operationId"/> when the caller has to start the delete. Null when
    /// there is no such box.</returns>
    public async Task<BoxRow?> DecideDeleteAsync(
        BoxKey key,
        string operationId,
        string? deadOperationId,
        CancellationToken cancellationToken
    )
    {
        var (kind, row) = await DecideAsync(
            key,
            box =>
            {
                if (box.State is BoxState.Given)
                    return ConnectDecisionKind.NotFound;
                if (box.State is BoxState.Deleting && box.OperationId != deadOperationId)
                    return ConnectDecisionKind.Joined;
                Move(box, BoxState.Deleting);
                box.OperationId = operationId;
                box.NextOperationId = null;
                box.ReleaseWhenReady = false;
                box.Epoch++;
                box.EndSessions(_ => true);
                (box.Host, box.Port, box.HostKey) = (null, null, null);
                return ConnectDecisionKind.Started;
            },
            cancellationToken,
            kind => kind is not ConnectDecisionKind.Started
        );
        return kind is ConnectDecisionKind.NotFound ? null : row;
    }

    /// <summary>Ends a delete: removes the row. A row that is not that operation's any more stays.</summary>
    public async Task RemoveAsync(BoxKey key, string operationId, long epoch, CancellationToken cancellationToken)
    {
        while (
            await FindAsync(key, cancellationToken) is { State: BoxState.Deleting } row
            && row.OperationId == operationId
            && row.Epoch == epoch
        )
        {
            if (await tables.Boxes.TryDeleteAsync(row, cancellationToken))
                return;
        }
    }

    /// <exception cref="OperationSupersededException">The box is no longer that operation's.</exception>
    public async Task<BoxRow> RequireOperationAsync(BoxKey key, string operationId, long epoch, CancellationToken cancellationToken)
    {
        var row = await RequireAsync(key, cancellationToken);
        return row.OperationId == operationId && row.Epoch == epoch ? row : throw Superseded(key, operationId);
    }

    private async Task<BoxRow> RequireAsync(BoxKey key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) ?? throw new OperationSupersededException($"The box {key} no longer exists.");

    /// <summary>Changes the row if it is still the operation's.</summary>
    private async Task<BoxRow> ChangeOwnAsync(
        BoxKey key,
        string operationId,
        long epoch,
        Action<BoxRow> change,
        CancellationToken cancellationToken
    )
    {
        var (row, _) = await DecideAsync(
            key,
            box =>
            {
                if (box.OperationId != operationId || box.Epoch != epoch)
                    throw Superseded(key, operationId);
                change(box);
                return box;
            },
            cancellationToken
        );
        return row ?? throw Superseded(key, operationId);
    }

    /// <summary>Reads, decides and writes until the write meets the row that was read. A missing row gives (default, null).</summary>
    /// <param name="key">The box.</param>
    /// <param name="decide">Decides, and changes the row.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="unchanged">Whether the decision was to leave the row as it is: then nothing is written.</param>
    private async Task<(T Decision, BoxRow? Row)> DecideAsync<T>(
        BoxKey key,
        Func<BoxRow, T> decide,
        CancellationToken cancellationToken,
        Func<T, bool>? unchanged = null
    )
    {
        while (true)
        {
            var row = await FindAsync(key, cancellationToken);
            if (row is null)
                return (default!, null);
            var decision = decide(row);
            if (unchanged?.Invoke(decision) is true)
                return (decision, row);
            if (!await tables.Boxes.TryReplaceAsync(row, cancellationToken))
                continue;
            await RecordTransitionAsync(row);
            return (decision, row);
        }
    }

    /// <summary>One page of all boxes, for the reconciler.</summary>
    public Task<(IReadOnlyList<BoxRow> Rows, string? Continuation)> ListPageAsync(
        string? continuation,
        int pageSize,
        CancellationToken cancellationToken
    ) => tables.Boxes.ReadPageAsync<BoxRow>(AdmissionGate.Boxes, continuation, pageSize, cancellationToken);

    /// <summary>Ends the sessions of a box that can have none, if it still is the row that was read.</summary>
    public Task<bool> TryEndSessionsAsync(BoxRow row, CancellationToken cancellationToken)
    {
        row.EndSessions(_ => true);
        return tables.Boxes.TryReplaceAsync(row, cancellationToken);
    }

    /// <summary>
    /// Gives a stopped box the placement that its volume was found on, if it still is the row that was read: a release takes it from there.
    /// Null when another writer was first.
    /// </summary>
    public async Task<BoxRow?> TryRecordFoundAsync(
        BoxRow row,
        string operationId,
        string instanceId,
        int lun,
        CancellationToken cancellationToken
    )
    {
        Move(row, BoxState.Attached);
        (row.InstanceId, row.Lun, row.OperationId) = (instanceId, lun, operationId);
        row.Epoch++;
        if (!await tables.Boxes.TryReplaceAsync(row, cancellationToken))
            return null;
        await RecordTransitionAsync(row);
        return row;
    }

    /// <summary>Registers a box as it was found; false when the row exists.</summary>
    public Task<bool> TryAddFoundAsync(
        BoxKey key,
        string volumeId,
        BoxState state,
        string? instanceId,
        string? operationId,
        long epoch,
        DateTimeOffset lastUsed,
        CancellationToken cancellationToken
    ) =>
        tables.Boxes.TryInsertAsync(
            new BoxRow
            {
                PartitionKey = key.UserId,
                RowKey = key.BoxName,
                VolumeId = volumeId,
                State = state,
                Since = time.GetUtcNow(),
                LastUsed = lastUsed,
                InstanceId = instanceId,
                Lun = instanceId is null ? null : 0,
                OperationId = operationId,
                Epoch = epoch,
            },
            cancellationToken
        );

    private void BeginConnect(BoxRow box, string operationId)
    {
        Move(box, BoxState.Connecting);
        box.OperationId = operationId;
        box.NextOperationId = null;
        box.Epoch++;
    }

    private void BeginHold(BoxRow box, string operationId)
    {
        Move(box, BoxState.Held);
        box.OperationId = operationId;
        box.Epoch++;
        (box.Host, box.Port, box.HostKey) = (null, null, null);
    }

    private void BeginRelease(BoxRow box, string operationId)
    {
        Move(box, BoxState.Releasing);
        box.OperationId = operationId;
        box.ReleaseWhenReady = false;
        box.Epoch++;
        (box.Host, box.Port, box.HostKey) = (null, null, null);
    }

    private void Move(BoxRow box, BoxState to)
    {
        BoxTransitions.Require(box.State, to);
        (box.LeftState, box.LeftSince) = (box.State, box.Since);
        box.State = to;
        box.Since = time.GetUtcNow();
    }

    /// <summary>Every transition leaves an event: here, so that no way of making one is forgotten.</summary>
    private async Task RecordTransitionAsync(BoxRow box)
    {
        if (box.LeftState is not { } left || events is null)
            return;
        box.LeftState = null;
        await events.WriteTransitionAsync(box.Key, "box-state", $"{left} -> {box.State}", box.OperationId, box.InstanceId, box.LeftSince);
    }

    private static OperationSupersededException Superseded(BoxKey key, string operationId) =>
        new($"Operation {operationId} no longer has the box {key.BoxName}: another one has taken over.");
}
