using Azure;
using Azure.Data.Tables;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>
/// The Volumes table. Beside the row of each blank volume stands an index row, as with the free instances: see <see cref="ShardIndex"/>.
/// </summary>
public sealed class VolumeStore(StateTables tables)
{
    private readonly ShardIndex _blank = new(tables.Volumes, "blank", "VolumeId");

    public Task<VolumeRow?> FindAsync(string volumeId, CancellationToken cancellationToken) =>
        tables.Volumes.FindAsync<VolumeRow>(Shard.Of(volumeId), volumeId, cancellationToken);

    /// <summary>Every volume there is: a scan, for the reconciler and for counting.</summary>
    public IAsyncEnumerable<VolumeRow> ListAllAsync(CancellationToken cancellationToken) =>
        tables
            .Volumes.QueryAsync<VolumeRow>(TableClient.CreateQueryFilter($"RowKey ge {_blank.End}"), cancellationToken: cancellationToken)
            .Known(cancellationToken);

    /// <summary>The volumes of a state: a scan. A row from before there were states counts as owned.</summary>
    public IAsyncEnumerable<VolumeRow> ListAsync(VolumeState state, CancellationToken cancellationToken) =>
        ListAllAsync(cancellationToken).Where(v => v.State == state);

    /// <summary>Counts by state: a scan.</summary>
    public async Task<IReadOnlyDictionary<VolumeState, int>> CountAsync(CancellationToken cancellationToken)
    {
        var counts = Enum.GetValues<VolumeState>().ToDictionary(s => s, _ => 0);
        await foreach (var row in ListAllAsync(cancellationToken))
            counts[row.State]++;
        return counts;
    }

    /// <summary>How many are blank: reads their index rows alone.</summary>
    public Task<int> CountBlankAsync(CancellationToken cancellationToken) => _blank.CountAsync(cancellationToken);

    /// <summary>Registers a box's volume; false when the row exists.</summary>
    public Task<bool> TryAddAsync(
        string volumeId,
        string resourceId,
        BoxKey owner,
        string? attachedTo,
        CancellationToken cancellationToken
    ) =>
        tables.Volumes.TryInsertAsync(
            new VolumeRow
            {
                PartitionKey = Shard.Of(volumeId),
                RowKey = volumeId,
                ResourceId = resourceId,
                UserId = owner.UserId,
                BoxName = owner.BoxName,
                AttachedTo = attachedTo,
            },
            cancellationToken
        );

    /// <summary>Registers a blank volume, detached; false when the row exists.</summary>
    public Task<bool> TryAddBlankAsync(string volumeId, string resourceId, CancellationToken cancellationToken)
    {
        var row = new VolumeRow
        {
            PartitionKey = Shard.Of(volumeId),
            RowKey = volumeId,
            ResourceId = resourceId,
            State = VolumeState.Blank,
        };
        return tables.Volumes.TrySubmitAsync(
            [new(TableTransactionActionType.Add, row), new(TableTransactionActionType.UpsertReplace, _blank.RowOf(volumeId))],
            cancellationToken
        );
    }

    /// <summary>A few blank volumes, chosen at random; empty when there is none.</summary>
    public Task<IReadOnlyList<string>> FindBlankAsync(CancellationToken cancellationToken) => _blank.FindAsync(cancellationToken);

    /// <summary>
    /// Makes a blank volume the box's; null when it is not to be had. Of several that try one gets it; a second call for the same box gets
    /// it again. A box on it has to begin at the row's <see cref="VolumeRow.Epoch"/>.
    /// </summary>
    public async Task<VolumeRow?> TryTakeBlankAsync(string volumeId, BoxKey owner, CancellationToken cancellationToken)
    {
        while (await FindAsync(volumeId, cancellationToken) is { } row)
        {
            if (row.State is VolumeState.Owned && row.Owner == owner)
                return row;
            if (row.State is not VolumeState.Blank)
                return null;
            Move(row, VolumeState.Owned);
            (row.UserId, row.BoxName) = (owner.UserId, owner.BoxName);
            if (await TrySubmitAsync(row, TableTransactionActionType.Delete, cancellationToken))
                return row;
        }

        return null;
    }

    /// <summary>
    /// Makes a box's volume blank again: one that was taken for a box that did not come to be. Never one that a user has written on. False
    /// when it is not the box's, or attached.
    /// </summary>
    public async Task<bool> TryReturnBlankAsync(string volumeId, BoxKey owner, CancellationToken cancellationToken)
    {
        while (await FindAsync(volumeId, cancellationToken) is { State: VolumeState.Owned, AttachedTo: null } row && row.Owner == owner)
        {
            Move(row, VolumeState.Blank);
            (row.UserId, row.BoxName) = (null, null);
            if (await TrySubmitAsync(row, TableTransactionActionType.UpsertReplace, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Makes one box's volume another's, as it is, attached or not. True also when it is the other's already.</summary>
    public async Task<bool> TryGiveAsync(string volumeId, BoxKey from, BoxKey to, Epoch epoch, CancellationToken cancellationToken)
    {
        while (await FindAsync(volumeId, cancellationToken) is { State: VolumeState.Owned } row)
        {
            if (row.Owner == to)
                return true;
            if (row.Owner != from)
                return false;
            Move(row, VolumeState.Owned);
            (row.UserId, row.BoxName) = (to.UserId, to.BoxName);
            row.Epoch = Epoch.Later(row.Epoch, epoch);
            if (await tables.Volumes.TryReplaceAsync(row, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Marks a volume as one that is being deleted: a box's by its owner, a blank one by nobody. From then on nobody gets it. Null when it
    /// is not theirs.
    /// </summary>
    public async Task<VolumeRow?> TryBeginDeletingAsync(string volumeId, BoxKey? owner, CancellationToken cancellationToken)
    {
        while (await FindAsync(volumeId, cancellationToken) is { } row && row.Owner == owner)
        {
            if (row.State is VolumeState.Deleting)
                return row;
            var wasBlank = row.State is VolumeState.Blank;
            Move(row, VolumeState.Deleting);
            if (
                wasBlank
                    ? await TrySubmitAsync(row, TableTransactionActionType.Delete, cancellationToken)
                    : await tables.Volumes.TryReplaceAsync(row, cancellationToken)
            )
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>
    /// Removes the row of a volume whose disk is gone; a row in another state than <see cref="VolumeState.Deleting"/> stays.
    /// </summary>
    public async Task RemoveAsync(string volumeId, CancellationToken cancellationToken)
    {
        while (await FindAsync(volumeId, cancellationToken) is { State: VolumeState.Deleting } row)
        {
            if (await tables.Volumes.TryDeleteAsync(row, cancellationToken))
                return;
        }
    }

    /// <summary>Records what the volume is attached to. An older epoch than the recorded one changes nothing.</summary>
    public Task RecordAttachmentAsync(string volumeId, string? instanceId, Epoch epoch, CancellationToken cancellationToken) =>
        RecordAttachmentAsync(volumeId, instanceId, epoch, _ => true, cancellationToken);

    /// <summary>
    /// Records that the volume is off that instance. One that is elsewhere by now stays so, and an older epoch changes nothing.
    /// </summary>
    public Task RecordDetachmentAsync(string volumeId, string instanceId, Epoch epoch, CancellationToken cancellationToken) =>
        RecordAttachmentAsync(volumeId, null, epoch, row => row.AttachedTo is null || row.AttachedTo == instanceId, cancellationToken);

    private async Task RecordAttachmentAsync(
        string volumeId,
        string? instanceId,
        Epoch epoch,
        Func<VolumeRow, bool> condition,
        CancellationToken cancellationToken
    )
    {
        while (await FindAsync(volumeId, cancellationToken) is { } row && !epoch.IsOlderThan(row.Epoch) && condition(row))
        {
            if (row.AttachedTo == instanceId && row.Epoch == epoch)
                return;
            row.AttachedTo = instanceId;
            row.Epoch = epoch;
            if (await tables.Volumes.TryReplaceAsync(row, cancellationToken))
                return;
        }
    }

    /// <summary>One page of all volumes, for the reconciler.</summary>
    public Task<(IReadOnlyList<VolumeRow> Rows, string? Continuation)> ListPageAsync(
        string? continuation,
        int pageSize,
        CancellationToken cancellationToken
    ) =>
        tables.Volumes.ReadPageAsync<VolumeRow>(
            TableClient.CreateQueryFilter($"RowKey ge {_blank.End}"),
            continuation,
            pageSize,
            cancellationToken
        );

    /// <summary>The volumes of a range of ids, in their order: for the reconciler.</summary>
    /// <param name="after">The id after which the range begins; empty: at the first.</param>
    /// <param name="upTo">The last id of the range; null: to the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IAsyncEnumerable<VolumeRow> ListRangeAsync(string after, string? upTo, CancellationToken cancellationToken) =>
        ShardedRange.ReadAsync<VolumeRow>(tables.Volumes, after, upTo, cancellationToken);

    /// <summary>The row and its index row, in one transaction.</summary>
    private Task<bool> TrySubmitAsync(VolumeRow row, TableTransactionActionType index, CancellationToken cancellationToken) =>
        tables.Volumes.TrySubmitAsync(
            [new(TableTransactionActionType.UpdateReplace, row, row.ETag), new(index, _blank.RowOf(row.Id), ETag.All)],
            cancellationToken
        );

    private static void Move(VolumeRow row, VolumeState to)
    {
        VolumeTransitions.Require(row.State, to);
        row.State = to;
    }
}
