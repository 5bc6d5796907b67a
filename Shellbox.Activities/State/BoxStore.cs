using System.Globalization;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Deletion;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.Sessions;

namespace Shellbox.Activities.State;

/// <summary>
/// The boxes: applies the rules of each use case to rows of the Boxes table. Each change is a decision on the row as read, written on the
/// condition that it still is that row; a lost race reads and decides again.
/// </summary>
public sealed class BoxStore(BoxTable table, TimeProvider time)
{
    private DateTimeOffset Now => time.GetUtcNow();

    public Task<BoxRow?> FindAsync(BoxKey key, CancellationToken cancellationToken) => table.FindAsync(key, cancellationToken);

    /// <exception cref="OperationSupersededException">The box is no longer that operation's.</exception>
    public async Task<BoxRow> RequireAsync(BoxOperation operation, CancellationToken cancellationToken) =>
        await FindAsync(operation.Key, cancellationToken) is { } row && operation.Has(row)
            ? row
            : throw OperationSupersededException.Of(operation);

    public IAsyncEnumerable<BoxRow> ListAsync(string userId, CancellationToken cancellationToken) =>
        table.ListAsync(userId, cancellationToken);

    /// <summary>Every box there is: a scan, for the reconciler.</summary>
    public IAsyncEnumerable<BoxRow> ListAllAsync(CancellationToken cancellationToken) => table.ListAllAsync(cancellationToken);

    /// <summary>One page of all boxes, for the reconciler.</summary>
    public Task<(IReadOnlyList<BoxRow> Rows, string? Continuation)> ListPageAsync(
        string? continuation,
        int pageSize,
        CancellationToken cancellationToken
    ) => table.ListPageAsync(continuation, pageSize, cancellationToken);

    /// <summary>
    /// The boxes with sessions that may be lost, and those whose delete may have failed: a scan, of which the storage gives these alone.
    /// </summary>
    public IAsyncEnumerable<BoxRow> ListToSweepAsync(CancellationToken cancellationToken) =>
        table.QueryAsync(
            $"State eq '{BoxState.Deleting}' or (State eq '{BoxState.Running}' and SessionIds ne '[]')",
            null,
            cancellationToken
        );

    /// <summary>The pre-attached blank boxes: the pool's own, a small partition.</summary>
    public IAsyncEnumerable<BoxRow> ListBlanksAsync(CancellationToken cancellationToken) => ListAsync(BoxKey.PoolUserId, cancellationToken);

    /// <summary>The blank boxes that are assigned and not wholly their users' yet: none, as a rule.</summary>
    public IAsyncEnumerable<BoxRow> ListAssignedAsync(CancellationToken cancellationToken) =>
        table.QueryAsync($"PartitionKey eq '{BoxKey.PoolUserId}' and State eq '{BoxState.Given}'", null, cancellationToken);

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
            await table
                .QueryAsync($"PartitionKey eq '{BoxKey.PoolUserId}' and {range} and State eq '{BoxState.Held}'", 4, cancellationToken)
                .Take(4)
                .Select(b => b.Key)
                .ToArrayAsync(cancellationToken);
    }

    /// <summary>Registers a stopped box; false when the row exists.</summary>
    /// <param name="key">The box.</param>
    /// <param name="volumeId">Its volume.</param>
    /// <param name="epoch">The epoch that it begins at: not below that of its volume (<see cref="VolumeRow.Epoch"/>).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<bool> TryAddAsync(BoxKey key, string volumeId, Epoch epoch, CancellationToken cancellationToken) =>
        table.TryInsertAsync(StoppedBox(key, volumeId, epoch), cancellationToken);

    /// <inheritdoc cref="TryAddAsync(BoxKey, string, Epoch, CancellationToken)"/>
    public Task<bool> TryAddAsync(BoxKey key, string volumeId, CancellationToken cancellationToken) =>
        TryAddAsync(key, volumeId, Epoch.None, cancellationToken);

    /// <summary>Registers a stopped box on a blank volume that it reserves (<see cref="BoxRow.VolumeReserved"/>).</summary>
    /// <param name="key">The box.</param>
    /// <param name="volumeId">The volume.</param>
    /// <param name="epoch">The epoch that it begins at.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="fits">Whether the user may have one more beside these; null: in any case.</param>
    /// <returns>False when the row exists, or does not fit.</returns>
    public Task<bool> TryAddReservedAsync(
        BoxKey key,
        string volumeId,
        Epoch epoch,
        CancellationToken cancellationToken,
        Func<IReadOnlyList<BoxRow>, bool>? fits = null
    )
    {
        var row = StoppedBox(key, volumeId, epoch);
        row.VolumeReserved = true;
        return TryAdmitNewAsync(row, fits, cancellationToken);
    }

    /// <summary>Registers a box as it was found; false when the row exists.</summary>
    public Task<bool> TryAddFoundAsync(BoxRow row, CancellationToken cancellationToken) => table.TryInsertAsync(row, cancellationToken);

    /// <inheritdoc cref="ConnectRules.Decide"/>
    public async Task<ConnectDecision> DecideConnectAsync(BoxKey key, ConnectCommand command, CancellationToken cancellationToken)
    {
        var (decision, row) = await table.DecideAsync(
            key,
            box => ConnectRules.Decide(box, command, admitted: command.MaxRunning is null, Now),
            cancellationToken,
            ConnectRules.LeavesUnchanged
        );
        if (row is null)
            return new ConnectDecision(ConnectDecisionKind.NotFound, command.OperationId, Epoch.None, null);
        if (decision.Kind is not ConnectDecisionKind.NotAdmitted)
            return decision with { Row = row };

        // Only now, so that a box that runs is connected without a look at the others.
        await table.AdmitAsync(
            key.UserId,
            boxes =>
            {
                row = boxes.FirstOrDefault(b => b.Key == key);
                if (row is null)
                {
                    decision = new ConnectDecision(ConnectDecisionKind.NotFound, command.OperationId, Epoch.None, null);
                    return null;
                }

                var running = boxes.Where(b => b.CountsTowardQuota && b.Key != key).Select(b => b.Key.BoxName).ToList();
                decision = ConnectRules.Decide(row, command, admitted: running.Count < command.MaxRunning, Now) with { Running = running };
                return ConnectRules.LeavesUnchanged(decision) ? null : row;
            },
            cancellationToken
        );
        return decision with { Row = row };
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
        var row = await FindAsync(key, cancellationToken);
        if (row is { State: BoxState.Releasing } && row.NextOperationId == operationId)
        {
            var release = row.OperationId!;
            if (!await releaseIsOver(release))
                return null;
            (_, row) = await table.DecideAsync(
                key,
                box =>
                {
                    if (box.State is BoxState.Releasing && box.OperationId == release)
                        box.BeginConnect(operationId, Now);
                    return true;
                },
                cancellationToken
            );
        }

        return row is { State: BoxState.Connecting } && row.OperationId == operationId
            ? row
            : throw OperationSupersededException.Of(new BoxOperation(key, operationId, Epoch.None));
    }

    /// <summary>
    /// Records where the box is going to run, before the instance is claimed: so no claim is ever without an owner that knows of it.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="from">What is recorded, as far as the caller knows.</param>
    /// <param name="instanceId">The instance; null: none.</param>
    /// <param name="lun">The LUN there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The row as it is now.</returns>
    public Task<BoxRow> RecordPlacementAsync(
        BoxOperation operation,
        string? from,
        string? instanceId,
        int? lun,
        CancellationToken cancellationToken
    ) => table.ChangeAsync(operation, box => ConnectRules.Place(box, from, instanceId, lun), cancellationToken);

    /// <inheritdoc cref="ConnectRules.Complete"/>
    public Task<BoxRow> CompleteConnectAsync(BoxOperation operation, GuestAddress address, CancellationToken cancellationToken) =>
        table.ChangeAsync(operation, box => ConnectRules.Complete(box, address, Now), cancellationToken);

    /// <inheritdoc cref="ReleaseRules.Disconnect"/>
    /// <returns>The row as decided; its operation is the command's when the caller has to start the release.</returns>
    public async Task<BoxRow?> DecideDisconnectAsync(BoxKey key, DisconnectCommand command, CancellationToken cancellationToken)
    {
        var (_, row) = await table.DecideAsync(
            key,
            box =>
            {
                ReleaseRules.Disconnect(box, command, Now);
                return true;
            },
            cancellationToken
        );
        return row;
    }

    /// <inheritdoc cref="SessionRules.Expire"/>
    /// <returns>The row as decided; null when nothing was.</returns>
    public async Task<BoxRow?> DecideExpiryAsync(
        BoxKey key,
        string operationId,
        BoxSession session,
        bool hold,
        CancellationToken cancellationToken
    )
    {
        var (ended, row) = await TryAsync(key, box => SessionRules.Expire(box, session, operationId, hold, Now), cancellationToken);
        return ended ? row : null;
    }

    /// <summary>Notes that a session is alive. False when the box has no such session, null when there is no such box.</summary>
    public async Task<bool?> TryRecordHeartbeatAsync(BoxKey key, string sessionId, CancellationToken cancellationToken)
    {
        var (known, row) = await TryAsync(key, box => SessionRules.RecordHeartbeat(box, sessionId, Now), cancellationToken);
        return row is null ? null : known;
    }

    /// <inheritdoc cref="ReleaseRules.BeginHold"/>
    public Task<BoxRow> BeginHoldAsync(BoxOperation expected, string operationId, CancellationToken cancellationToken) =>
        TakeOverAsync(expected, box => ReleaseRules.BeginHold(box, expected, operationId, Now), cancellationToken);

    /// <inheritdoc cref="ReleaseRules.BeginRelease"/>
    public Task<BoxRow> BeginReleaseAsync(BoxOperation expected, string operationId, CancellationToken cancellationToken) =>
        TakeOverAsync(expected, box => ReleaseRules.BeginRelease(box, expected, operationId, Now), cancellationToken);

    /// <inheritdoc cref="ReleaseRules.Complete"/>
    public Task<BoxRow> CompleteReleaseAsync(BoxOperation operation, bool detached, CancellationToken cancellationToken) =>
        table.ChangeAsync(operation, box => ReleaseRules.Complete(box, detached, Now), cancellationToken);

    /// <inheritdoc cref="CreationRules.ReserveVolume"/>
    public async Task<bool> TryReserveVolumeAsync(
        BoxKey key,
        string volumeId,
        string otherId,
        Epoch epoch,
        CancellationToken cancellationToken
    ) => (await TryAsync(key, box => CreationRules.ReserveVolume(box, volumeId, otherId, epoch), cancellationToken)).Done;

    /// <inheritdoc cref="CreationRules.ConfirmVolume"/>
    public async Task<bool> TryConfirmVolumeAsync(BoxKey key, string volumeId, CancellationToken cancellationToken) =>
        (await TryAsync(key, box => CreationRules.ConfirmVolume(box, volumeId), cancellationToken)).Done;

    /// <summary>Removes the row of a box that is being created and for which there is no volume.</summary>
    public Task RemoveReservedAsync(BoxKey key, CancellationToken cancellationToken) =>
        table.DeleteAsync(key, row => row is { State: BoxState.Stopped, VolumeReserved: true }, cancellationToken);

    /// <inheritdoc cref="CreationRules.Assign"/>
    /// <returns>The blank box's row; null when it is not to be had.</returns>
    public async Task<BoxRow?> TryAssignAsync(BoxKey blank, BoxKey to, string operationId, CancellationToken cancellationToken)
    {
        var (assigned, row) = await TryAsync(blank, box => CreationRules.Assign(box, to, operationId, Now), cancellationToken);
        return assigned ? row : null;
    }

    /// <inheritdoc cref="CreationRules.InPlaceOf"/>
    /// <returns>Null when the user's row exists, or does not fit.</returns>
    public async Task<BoxRow?> TryAddAssignedAsync(
        BoxRow blank,
        CancellationToken cancellationToken,
        Func<IReadOnlyList<BoxRow>, bool>? fits = null
    )
    {
        var row = CreationRules.InPlaceOf(blank, Now);
        return await TryAdmitNewAsync(row, fits, cancellationToken) ? row : null;
    }

    /// <summary>Takes back the row that was inserted just now, if nobody has touched it since.</summary>
    public Task<bool> WithdrawAsync(BoxRow row, CancellationToken cancellationToken) => table.TryDeleteAsync(row, cancellationToken);

    /// <inheritdoc cref="CreationRules.TakeBack"/>
    /// <returns>The blank box's row; null when it is not assigned any more.</returns>
    public async Task<BoxRow?> TryTakeBackAsync(BoxKey blank, string operationId, CancellationToken cancellationToken)
    {
        var (taken, row) = await TryAsync(blank, box => CreationRules.TakeBack(box, operationId, Now), cancellationToken);
        return taken ? row : null;
    }

    /// <summary>Removes the row of a blank box that has become a user's wholly.</summary>
    public Task RemoveAssignedAsync(BoxKey blank, CancellationToken cancellationToken) =>
        table.DeleteAsync(blank, row => row.State is BoxState.Given, cancellationToken);

    /// <inheritdoc cref="DeletionRules.Decide"/>
    /// <returns>The row as decided; its operation is <paramref name="operationId"/> when the caller has to start the delete. Null when
    /// there is no such box.</returns>
    public async Task<BoxRow?> DecideDeleteAsync(
        BoxKey key,
        string operationId,
        string? deadOperationId,
        CancellationToken cancellationToken
    )
    {
        var (decision, row) = await table.DecideAsync(
            key,
            box => DeletionRules.Decide(box, operationId, deadOperationId, Now),
            cancellationToken,
            decision => decision is not DeletionRules.Decision.Started
        );
        return decision is DeletionRules.Decision.NotFound ? null : row;
    }

    /// <summary>Ends a delete: removes the row. A row that is not that operation's any more stays.</summary>
    public Task RemoveAsync(BoxOperation operation, CancellationToken cancellationToken) =>
        table.DeleteAsync(operation.Key, row => row.State is BoxState.Deleting && operation.Has(row), cancellationToken);

    /// <summary>Ends the sessions of a box that can have none, if it still is the row that was read.</summary>
    public Task<bool> TryEndSessionsAsync(BoxRow row, CancellationToken cancellationToken)
    {
        row.EndSessions(_ => true);
        return table.TryReplaceAsync(row, cancellationToken);
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
        row.MoveTo(BoxState.Attached, Now);
        (row.InstanceId, row.Lun, row.OperationId) = (instanceId, lun, operationId);
        row.Epoch = row.Epoch.Next;
        return await table.TryReplaceAsync(row, cancellationToken) ? row : null;
    }

    private BoxRow StoppedBox(BoxKey key, string volumeId, Epoch epoch) =>
        new()
        {
            PartitionKey = key.UserId,
            RowKey = key.BoxName,
            VolumeId = volumeId,
            State = BoxState.Stopped,
            Since = Now,
            LastUsed = Now,
            Epoch = epoch,
        };

    /// <summary>Inserts a row unless it exists or does not fit beside the user's others.</summary>
    private async Task<bool> TryAdmitNewAsync(BoxRow row, Func<IReadOnlyList<BoxRow>, bool>? fits, CancellationToken cancellationToken)
    {
        if (fits is null)
            return await table.TryInsertAsync(row, cancellationToken);
        return await table.AdmitAsync(
            row.PartitionKey,
            others => others.Any(o => o.Key == row.Key) || !fits(others) ? null : row,
            cancellationToken
        )
            is not null;
    }

    /// <summary>Applies a rule that says whether it has changed the row.</summary>
    private async Task<(bool Done, BoxRow? Row)> TryAsync(BoxKey key, Func<BoxRow, bool> rule, CancellationToken cancellationToken)
    {
        var (done, row) = await table.DecideAsync(key, rule, cancellationToken, changed => !changed);
        return (done && row is not null, row);
    }

    private async Task<BoxRow> TakeOverAsync(BoxOperation expected, Action<BoxRow> rule, CancellationToken cancellationToken)
    {
        var (_, row) = await table.DecideAsync(
            expected.Key,
            box =>
            {
                rule(box);
                return true;
            },
            cancellationToken
        );
        return row ?? throw OperationSupersededException.Of(expected);
    }
}
