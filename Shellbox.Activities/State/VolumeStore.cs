namespace Shellbox.Activities.State;

/// <summary>The Volumes table.</summary>
public sealed class VolumeStore(StateTables tables)
{
    public Task<VolumeRow?> FindAsync(string volumeId, CancellationToken cancellationToken) =>
        tables.Volumes.FindAsync<VolumeRow>(Shard.Of(volumeId), volumeId, cancellationToken);

    public IAsyncEnumerable<VolumeRow> ListAllAsync(CancellationToken cancellationToken) =>
        tables.Volumes.QueryAsync<VolumeRow>(cancellationToken: cancellationToken).Known(cancellationToken);

    public Task<bool> TryAddAsync(string volumeId, string resourceId, BoxKey owner, string? attachedTo, CancellationToken cancellationToken) =>
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
            cancellationToken);

    /// <summary>Records what the volume is attached to. An older epoch than the recorded one changes nothing.</summary>
    public async Task RecordAttachmentAsync(string volumeId, string? instanceId, long epoch, CancellationToken cancellationToken)
    {
        while (await FindAsync(volumeId, cancellationToken) is { } row && row.Epoch <= epoch)
        {
            if (row.AttachedTo == instanceId && row.Epoch == epoch) return;
            row.AttachedTo = instanceId;
            row.Epoch = epoch;
            if (await tables.Volumes.TryReplaceAsync(row, cancellationToken)) return;
        }
    }

    /// <summary>One page of all volumes, for the reconciler.</summary>
    public async Task<(IReadOnlyList<VolumeRow> Rows, string? Continuation)> ListPageAsync(string? continuation, int pageSize, CancellationToken cancellationToken)
    {
        // Index rows, whose keys begin with '!', are no volumes.
        await foreach (var page in tables.Volumes.QueryAsync<VolumeRow>("RowKey gt '\"'", pageSize, cancellationToken: cancellationToken).AsPages(continuation))
        {
            return ([.. page.Values.Select(r => r.Known())], page.ContinuationToken);
        }

        return ([], null);
    }

    /// <summary>The volumes of a range of ids, in their order: for the reconciler.</summary>
    /// <param name="after">The id after which the range begins; empty: at the first.</param>
    /// <param name="upTo">The last id of the range; null: to the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public IAsyncEnumerable<VolumeRow> ListRangeAsync(string after, string? upTo, CancellationToken cancellationToken) =>
        ShardedRange.ReadAsync<VolumeRow>(tables.Volumes, after, upTo, cancellationToken);
}
