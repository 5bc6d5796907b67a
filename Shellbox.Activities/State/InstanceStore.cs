using Azure;
using Azure.Data.Tables;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>
/// The Instances table. Beside the row of each instance, in the same partition, a free instance has an index row
/// (<c>!free!position!id</c>, which sorts before all ids): the two change in one transaction, and a search reads a few index rows from a
/// random position on. So taking an instance costs the same in a pool of 100 and of 10,000, however many are taken.
/// </summary>
public sealed class InstanceStore(StateTables tables, TimeProvider time, EventLog events)
{
    // A lost race is decided anew. More than a few in a row is no race but a broken index, which must not hold a connect up.
    private const int Attempts = 8;

    private readonly ShardIndex _free = new(tables.Instances, "free", "InstanceId");

    public Task<InstanceRow?> FindAsync(string instanceId, CancellationToken cancellationToken) =>
        tables.Instances.FindAsync<InstanceRow>(Shard.Of(instanceId), instanceId, cancellationToken);

    /// <summary>Every instance there is: a scan, for the reconciler and for counting.</summary>
    public IAsyncEnumerable<InstanceRow> ListAllAsync(CancellationToken cancellationToken) =>
        tables
            .Instances.QueryAsync<InstanceRow>(
                TableClient.CreateQueryFilter($"RowKey ge {_free.End}"),
                cancellationToken: cancellationToken
            )
            .Known(cancellationToken);

    /// <summary>Registers a free instance; false when the row exists.</summary>
    public async Task<bool> TryAddAsync(
        string instanceId,
        string resourceId,
        string address,
        string hostKeyFingerprint,
        CancellationToken cancellationToken
    )
    {
        var row = NewRow(instanceId, InstanceState.Free, resourceId, address, hostKeyFingerprint);
        return await TrySubmitAsync(
            [new(TableTransactionActionType.Add, row), new(TableTransactionActionType.UpsertReplace, _free.RowOf(row.Id))],
            cancellationToken
        );
    }

    /// <summary>
    /// Writes the row of an instance that is to be created; false when another has that id. A second run of the same operation finds its
    /// own.
    /// </summary>
    public async Task<bool> TryReserveAsync(string instanceId, string resourceId, string operationId, CancellationToken cancellationToken)
    {
        var row = NewRow(instanceId, InstanceState.Creating, resourceId, address: "", hostKeyFingerprint: "");
        row.OperationId = operationId;
        return await tables.Instances.TryInsertAsync(row, cancellationToken)
            || await FindAsync(instanceId, cancellationToken) is { State: InstanceState.Creating } mine && mine.OperationId == operationId;
    }

    /// <summary>Takes a reservation back of which nothing was made yet.</summary>
    public async Task WithdrawAsync(string instanceId, string operationId, CancellationToken cancellationToken)
    {
        if (await FindAsync(instanceId, cancellationToken) is { State: InstanceState.Creating } row && row.OperationId == operationId)
        {
            await TrySubmitAsync([new(TableTransactionActionType.Delete, row, row.ETag)], cancellationToken);
        }
    }

    /// <summary>
    /// An instance that was created becomes a free one; false when it is no longer that operation's. A second run finds it done.
    /// </summary>
    public async Task<bool> TryCompleteCreationAsync(
        string instanceId,
        string operationId,
        string address,
        string hostKeyFingerprint,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = await FindAsync(instanceId, cancellationToken);
            if (row is not { State: InstanceState.Creating } || row.OperationId != operationId)
            {
                return row is { State: InstanceState.Free or InstanceState.Claimed } && row.HostKeyFingerprint == hostKeyFingerprint;
            }

            Move(row, InstanceState.Free);
            row.OperationId = null;
            row.Address = address;
            row.HostKeyFingerprint = hostKeyFingerprint;
            row.LastSeen = time.GetUtcNow();
            if (
                await TrySubmitAsync(
                    [
                        new(TableTransactionActionType.UpdateReplace, row, row.ETag),
                        new(TableTransactionActionType.UpsertReplace, _free.RowOf(row.Id)),
                    ],
                    cancellationToken
                )
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Takes the instance for its removal; null when it is not to be had, as when a box has claimed it. Its index row goes in the same
    /// transaction, so no claim finds it.
    /// </summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="operationId">The removal.</param>
    /// <param name="expectedOperationId">The creation or removal that it is taken over from; null for one that is free or
    /// quarantined.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<InstanceRow?> TryBeginRemovalAsync(
        string instanceId,
        string operationId,
        string? expectedOperationId,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = await FindAsync(instanceId, cancellationToken);
            if (row is null)
                return null;
            if (row.State is InstanceState.Removing && row.OperationId == operationId)
                return row;
            var mine = row.State switch
            {
                InstanceState.Free or InstanceState.Quarantined => expectedOperationId is null,
                InstanceState.Creating or InstanceState.Removing => row.OperationId == expectedOperationId,
                _ => false,
            };
            if (!mine)
                return null;

            var wasFree = row.State is InstanceState.Free;
            Move(row, InstanceState.Removing);
            row.OperationId = operationId;
            var actions = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, row, row.ETag) };
            if (wasFree)
                actions.Add(new(TableTransactionActionType.Delete, _free.RowOf(row.Id), ETag.All));
            if (await TrySubmitAsync(actions, cancellationToken))
                return row;
        }

        return null;
    }

    /// <summary>
    /// The removal is through: the row goes. A removal that may not go on (there is a disk on the VM) leaves a quarantined instance
    /// instead.
    /// </summary>
    public async Task EndRemovalAsync(string instanceId, string operationId, string? quarantineReason, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (
                await FindAsync(instanceId, cancellationToken) is not { State: InstanceState.Removing } row
                || row.OperationId != operationId
            )
                return;
            TableTransactionAction end;
            if (quarantineReason is null)
            {
                end = new(TableTransactionActionType.Delete, row, row.ETag);
            }
            else
            {
                Move(row, InstanceState.Quarantined);
                row.OperationId = null;
                row.QuarantineReason = quarantineReason;
                end = new(TableTransactionActionType.UpdateReplace, row, row.ETag);
            }

            if (await TrySubmitAsync([end], cancellationToken))
                return;
        }
    }

    /// <summary>Counts a start that failed by the instance's fault, once an operation and only while the instance is its.</summary>
    /// <returns>How many have failed in a row.</returns>
    public async Task<int> CountFailureAsync(string instanceId, BoxOperation operation, CancellationToken cancellationToken)
    {
        while (
            await FindAsync(instanceId, cancellationToken) is { State: InstanceState.Claimed } row
            && row.ClaimedBy == operation.Key
            && !operation.Epoch.IsOlderThan(row.Epoch)
        )
        {
            if (row.FailedOperationId == operation.OperationId)
                return row.Failures;
            row.Failures++;
            row.FailedOperationId = operation.OperationId;
            if (await tables.Instances.TryReplaceAsync(row, cancellationToken))
                return row.Failures;
        }

        return 0;
    }

    /// <summary>A guest has started: the failures before it no longer count.</summary>
    public async Task ForgetFailuresAsync(string instanceId, CancellationToken cancellationToken)
    {
        while (await FindAsync(instanceId, cancellationToken) is { Failures: > 0 } row)
        {
            (row.Failures, row.FailedOperationId) = (0, null);
            if (await tables.Instances.TryReplaceAsync(row, cancellationToken))
                return;
        }
    }

    /// <summary>A few free instances, chosen at random; empty when there is none.</summary>
    public Task<IReadOnlyList<string>> FindFreeAsync(CancellationToken cancellationToken) => _free.FindAsync(cancellationToken);

    /// <summary>
    /// Claims the instance for the box; null when it is not to be had. A second call of the same operation finds it claimed and gives it
    /// again.
    /// </summary>
    public async Task<InstanceRow?> TryClaimAsync(
        string instanceId,
        BoxOperation operation,
        string volumeId,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = await FindAsync(instanceId, cancellationToken);
            if (row is null)
                return null;
            if (row.State is InstanceState.Claimed && row.ClaimedBy == operation.Key)
            {
                if (row.OperationId == operation.OperationId && row.Epoch == operation.Epoch)
                    return row;
                if (!row.Epoch.IsOlderThan(operation.Epoch))
                    return null;
            }
            else if (row.State is not InstanceState.Free)
            {
                return null;
            }

            var wasFree = row.State is InstanceState.Free;
            Move(row, InstanceState.Claimed);
            row.ClaimFor(operation);
            row.VolumeId = volumeId;

            var actions = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, row, row.ETag) };
            if (wasFree)
                actions.Add(new(TableTransactionActionType.Delete, _free.RowOf(row.Id), ETag.All));
            if (await TrySubmitAsync(actions, cancellationToken))
                return row;
        }

        return null;
    }

    /// <summary>
    /// Gives the instance back if it is the box's, by this epoch or an older one. Anything else is left as it is.
    /// </summary>
    public Task<bool> TryFreeAsync(string instanceId, BoxOperation operation, CancellationToken cancellationToken) =>
        TryLeaveClaimAsync(instanceId, operation, InstanceState.Free, null, cancellationToken);

    /// <summary>Takes an instance that did not answer out of service.</summary>
    public Task<bool> TryQuarantineAsync(string instanceId, BoxOperation operation, string reason, CancellationToken cancellationToken) =>
        TryLeaveClaimAsync(instanceId, operation, InstanceState.Quarantined, reason, cancellationToken);

    /// <summary>Makes the claim of one box another's: with its volume and its guest, a blank box is given to a user.</summary>
    public async Task<bool> TryGiveAsync(string instanceId, BoxKey from, BoxOperation to, CancellationToken cancellationToken)
    {
        while (
            await FindAsync(instanceId, cancellationToken) is { State: InstanceState.Claimed } row
            && row.ClaimedBy == from
            && row.Epoch.IsOlderThan(to.Epoch)
        )
        {
            Move(row, InstanceState.Claimed);
            row.ClaimFor(to);
            if (await TrySubmitAsync([new(TableTransactionActionType.UpdateReplace, row, row.ETag)], cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Counts by state: a scan.</summary>
    public async Task<IReadOnlyDictionary<InstanceState, int>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = Enum.GetValues<InstanceState>().ToDictionary(s => s, _ => 0);
        await foreach (var row in ListAllAsync(cancellationToken))
            counts[row.State]++;
        return counts;
    }

    /// <summary>The instances of a range of ids, in their order: for the reconciler.</summary>
    /// <param name="after">The id after which the range begins; empty: at the first.</param>
    /// <param name="upTo">The last id of the range; null: to the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IAsyncEnumerable<InstanceRow> ListRangeAsync(string after, string? upTo, CancellationToken cancellationToken) =>
        ShardedRange.ReadAsync<InstanceRow>(tables.Instances, after, upTo, cancellationToken);

    /// <summary>Takes a free instance out of service, if it still is the row that was read.</summary>
    public Task<bool> TryQuarantineFreeAsync(InstanceRow row, string reason, CancellationToken cancellationToken)
    {
        Move(row, InstanceState.Quarantined);
        row.QuarantineReason = reason;
        return TrySubmitAsync(
            [
                new(TableTransactionActionType.UpdateReplace, row, row.ETag),
                new(TableTransactionActionType.Delete, _free.RowOf(row.Id), ETag.All),
            ],
            cancellationToken
        );
    }

    /// <summary>Takes an instance back into service, if it still is the row that was read.</summary>
    public Task<bool> TryReinstateAsync(InstanceRow row, CancellationToken cancellationToken)
    {
        Move(row, InstanceState.Free);
        row.QuarantineReason = null;
        row.LastSeen = time.GetUtcNow();
        return TrySubmitAsync(
            [
                new(TableTransactionActionType.UpdateReplace, row, row.ETag),
                new(TableTransactionActionType.UpsertReplace, _free.RowOf(row.Id)),
            ],
            cancellationToken
        );
    }

    /// <summary>Records that the instance answers, if it still is the row that was read.</summary>
    public Task<bool> TryRecordSeenAsync(InstanceRow row, CancellationToken cancellationToken)
    {
        row.LastSeen = time.GetUtcNow();
        return tables.Instances.TryReplaceAsync(row, cancellationToken);
    }

    /// <summary>Registers an instance that a box was found on; false when the row exists.</summary>
    public Task<bool> TryAddClaimedAsync(Placement placement, BoxOperation operation, string volumeId, CancellationToken cancellationToken)
    {
        var (instanceId, address, hostKeyFingerprint, resourceId, _) = placement;
        var row = NewRow(instanceId, InstanceState.Claimed, resourceId, address, hostKeyFingerprint);
        row.ClaimFor(operation);
        row.VolumeId = volumeId;
        return tables.Instances.TryInsertAsync(row, cancellationToken);
    }

    private async Task<bool> TryLeaveClaimAsync(
        string instanceId,
        BoxOperation operation,
        InstanceState to,
        string? reason,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = await FindAsync(instanceId, cancellationToken);
            if (row is not { State: InstanceState.Claimed } || row.ClaimedBy != operation.Key || operation.Epoch.IsOlderThan(row.Epoch))
            {
                return false;
            }

            Move(row, to);
            row.UserId = row.BoxName = row.OperationId = row.VolumeId = null;
            row.Epoch = Epoch.None;
            row.QuarantineReason = reason;
            row.LastSeen = time.GetUtcNow();

            var actions = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, row, row.ETag) };
            if (to is InstanceState.Free)
                actions.Add(new(TableTransactionActionType.UpsertReplace, _free.RowOf(row.Id)));
            if (await TrySubmitAsync(actions, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>
    /// One transaction in one partition, and the event of the transition that is in it; false when another writer was first.
    /// </summary>
    private async Task<bool> TrySubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        if (!await tables.Instances.TrySubmitAsync(actions, cancellationToken))
            return false;
        foreach (var row in actions.Select(a => a.Entity).OfType<InstanceRow>())
            await RecordTransitionAsync(row);
        return true;
    }

    private InstanceRow NewRow(string instanceId, InstanceState state, string resourceId, string address, string hostKeyFingerprint)
    {
        var now = time.GetUtcNow();
        return new InstanceRow
        {
            PartitionKey = Shard.Of(instanceId),
            RowKey = instanceId,
            State = state,
            Since = now,
            LastSeen = now,
            CreatedAt = now,
            ResourceId = resourceId,
            Address = address,
            HostKeyFingerprint = hostKeyFingerprint,
        };
    }

    private void Move(InstanceRow row, InstanceState to)
    {
        InstanceTransitions.Require(row.State, to);
        row.Left = (row.State, row.Since, row.ClaimedBy);
        row.State = to;
        row.Since = time.GetUtcNow();
    }

    /// <summary>Every transition leaves an event: here, so that no way of making one is forgotten.</summary>
    private async Task RecordTransitionAsync(InstanceRow row)
    {
        if (row.Left is not { } left)
            return;
        row.Left = null;

        // The same box by another operation: its own events say that.
        if (left.State == row.State && left.ClaimedBy == row.ClaimedBy)
            return;
        var who = (row.ClaimedBy ?? left.ClaimedBy) is { } box ? $" ({box})" : "";
        await events.WriteTransitionAsync(
            new AuditEvent(null, "instance-state", $"{left.State} -> {row.State}{who}", row.OperationId, row.Id),
            left.Since
        );
    }
}
