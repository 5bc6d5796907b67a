using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Shellbox.Activities.State;

/// <summary>
/// The Instances table. Beside the row of each instance, in the same partition, a free instance has an index row
/// (<c>!free!position!id</c>, which sorts before all ids): the two change in one transaction, and a search reads a few index rows from a random position on.
/// So taking an instance costs the same in a pool of 100 and of 10,000, however many are taken.
/// </summary>
public sealed class InstanceStore(StateTables tables, TimeProvider time, EventLog? events = null)
{
    private const string FreePrefix = "!free!";
    private const string FreeEnd = "!free\"";
    private const int Candidates = 4;

    // A lost race is decided anew. More than a few in a row is no race but a broken index, which must not hold a connect up.
    private const int Attempts = 8;

    public Task<InstanceRow?> FindAsync(string instanceId, CancellationToken cancellationToken) =>
        tables.Instances.FindAsync<InstanceRow>(Shard.Of(instanceId), instanceId, cancellationToken);

    /// <summary>Every instance there is: a scan, for the reconciler and for counting.</summary>
    public IAsyncEnumerable<InstanceRow> ListAllAsync(CancellationToken cancellationToken) =>
        tables.Instances.QueryAsync<InstanceRow>(
            TableClient.CreateQueryFilter($"RowKey ge {FreeEnd}"), cancellationToken: cancellationToken).Known(cancellationToken);

    /// <summary>Registers a free instance; false when the row exists.</summary>
    public async Task<bool> TryAddAsync(
        string instanceId, string resourceId, string address, string hostKeyFingerprint, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new InstanceRow
        {
            PartitionKey = Shard.Of(instanceId),
            RowKey = instanceId,
            State = InstanceState.Free,
            Since = now,
            LastSeen = now,
            ResourceId = resourceId,
            Address = address,
            HostKeyFingerprint = hostKeyFingerprint,
        };
        return await TrySubmitAsync(
            [new(TableTransactionActionType.Add, row), new(TableTransactionActionType.UpsertReplace, IndexRow(row))], cancellationToken);
    }

    /// <summary>A few free instances, chosen at random; empty when there is none.</summary>
    public async Task<IReadOnlyList<string>> FindFreeAsync(CancellationToken cancellationToken)
    {
        var first = Random.Shared.Next(Shard.Count);
        for (var i = 0; i < Shard.Count; i++)
        {
            var partition = Shard.Name((first + i) % Shard.Count);
            var from = FreePrefix + Random.Shared.NextInt64(0, 1L << 32).ToString("x8", CultureInfo.InvariantCulture);
            var found = await QueryFreeAsync(partition, from, FreeEnd, cancellationToken);
            if (found.Length == 0) found = await QueryFreeAsync(partition, FreePrefix, from, cancellationToken);
            if (found.Length > 0)
            {
                Random.Shared.Shuffle(found);
                return found;
            }
        }

        return [];
    }

    /// <summary>
    /// Claims the instance for the box; null when it is not to be had. A second call of the same operation finds it claimed and gives it again.
    /// </summary>
    public async Task<InstanceRow?> TryClaimAsync(
        string instanceId, BoxKey box, string operationId, long epoch, string volumeId, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = await FindAsync(instanceId, cancellationToken);
            if (row is null) return null;
            if (row.State is InstanceState.Claimed && row.ClaimedBy == box)
            {
                if (row.OperationId == operationId && row.Epoch == epoch) return row;
                if (row.Epoch >= epoch) return null;
            }
            else if (row.State is not InstanceState.Free)
            {
                return null;
            }

            var wasFree = row.State is InstanceState.Free;
            Move(row, InstanceState.Claimed);
            row.UserId = box.UserId;
            row.BoxName = box.BoxName;
            row.OperationId = operationId;
            row.Epoch = epoch;
            row.VolumeId = volumeId;

            var actions = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, row, row.ETag) };
            if (wasFree) actions.Add(new(TableTransactionActionType.Delete, IndexRow(row), ETag.All));
            if (await TrySubmitAsync(actions, cancellationToken)) return row;
        }

        return null;
    }

    /// <summary>
    /// Gives the instance back if it is the box's, by this epoch or an older one. Anything else is left as it is.
    /// </summary>
    public Task<bool> TryFreeAsync(string instanceId, BoxKey box, long epoch, CancellationToken cancellationToken) =>
        TryLeaveClaimAsync(
            instanceId,
            row => row.State is InstanceState.Claimed && row.ClaimedBy == box && row.Epoch <= epoch,
            InstanceState.Free, null, cancellationToken);

    /// <summary>Takes an instance that did not answer out of service.</summary>
    public Task<bool> TryQuarantineAsync(string instanceId, BoxKey box, long epoch, string reason, CancellationToken cancellationToken) =>
        TryLeaveClaimAsync(
            instanceId,
            row => row.State is InstanceState.Claimed && row.ClaimedBy == box && row.Epoch <= epoch,
            InstanceState.Quarantined, reason, cancellationToken);

    /// <summary>Counts by state: a scan.</summary>
    public async Task<IReadOnlyDictionary<InstanceState, int>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = Enum.GetValues<InstanceState>().ToDictionary(s => s, _ => 0);
        await foreach (var row in ListAllAsync(cancellationToken)) counts[row.State]++;
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
            [new(TableTransactionActionType.UpdateReplace, row, row.ETag), new(TableTransactionActionType.Delete, IndexRow(row), ETag.All)], cancellationToken);
    }

    /// <summary>Records that the instance answers, if it still is the row that was read.</summary>
    public Task<bool> TryRecordSeenAsync(InstanceRow row, CancellationToken cancellationToken)
    {
        row.LastSeen = time.GetUtcNow();
        return tables.Instances.TryReplaceAsync(row, cancellationToken);
    }

    /// <summary>Registers an instance that a box was found on; false when the row exists.</summary>
    public Task<bool> TryAddClaimedAsync(
        string instanceId,
        string resourceId,
        string address,
        string hostKeyFingerprint,
        BoxKey box,
        string operationId,
        long epoch,
        string volumeId,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new InstanceRow
        {
            PartitionKey = Shard.Of(instanceId),
            RowKey = instanceId,
            State = InstanceState.Claimed,
            Since = now,
            LastSeen = now,
            ResourceId = resourceId,
            Address = address,
            HostKeyFingerprint = hostKeyFingerprint,
            UserId = box.UserId,
            BoxName = box.BoxName,
            OperationId = operationId,
            Epoch = epoch,
            VolumeId = volumeId,
        };
        return tables.Instances.TryInsertAsync(row, cancellationToken);
    }

    private async Task<bool> TryLeaveClaimAsync(
        string instanceId, Func<InstanceRow, bool> condition, InstanceState to, string? reason, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var row = await FindAsync(instanceId, cancellationToken);
            if (row is null || !condition(row)) return false;

            Move(row, to);
            row.UserId = row.BoxName = row.OperationId = row.VolumeId = null;
            row.Epoch = 0;
            row.QuarantineReason = reason;
            row.LastSeen = time.GetUtcNow();

            var actions = new List<TableTransactionAction> { new(TableTransactionActionType.UpdateReplace, row, row.ETag) };
            if (to is InstanceState.Free) actions.Add(new(TableTransactionActionType.UpsertReplace, IndexRow(row)));
            if (await TrySubmitAsync(actions, cancellationToken)) return true;
        }

        return false;
    }

    private async Task<string[]> QueryFreeAsync(string partition, string from, string to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        await foreach (var page in tables.Instances
            .QueryAsync<TableEntity>(filter, Candidates, ["InstanceId"], cancellationToken)
            .AsPages(pageSizeHint: Candidates))
        {
            // A page can be empty and still have a continuation: only a page with rows, or the last one, answers.
            if (page.Values.Count > 0 || page.ContinuationToken is null)
            {
                return [.. page.Values.Select(v => v.GetString("InstanceId"))];
            }
        }

        return [];
    }

    /// <summary>One transaction in one partition; false when another writer was first.</summary>
    private async Task<bool> TrySubmitAsync(IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await tables.Instances.SubmitTransactionAsync(actions, cancellationToken);
        }
        catch (TableTransactionFailedException e) when (e.Status is 412 or 409 or 404)
        {
            return false;
        }

        foreach (var row in actions.Select(a => a.Entity).OfType<InstanceRow>()) await RecordTransitionAsync(row);
        return true;
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
        if (row.Left is not { } left || events is null) return;
        row.Left = null;

        // The same box by another operation: its own events say that.
        if (left.State == row.State) return;
        var who = (row.ClaimedBy ?? left.ClaimedBy) is { } box ? $" ({box})" : "";
        await events.WriteTransitionAsync(null, "instance-state", $"{left.State} -> {row.State}{who}", row.OperationId, row.Id, left.Since);
    }

    private static TableEntity IndexRow(InstanceRow row) =>
        new(row.PartitionKey, $"{FreePrefix}{Shard.Position(row.Id)}!{row.Id}") { ["InstanceId"] = row.Id };
}
