using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace Shellbox.Activities.State;

/// <summary>
/// Reads a range of ids out of a table that is spread over shards, in the order of the ids, with one page a shard in memory.
/// </summary>
internal static class ShardedRange
{
    /// <summary>Index rows begin with '!'; every id sorts behind this.</summary>
    private const string BeforeIds = "\"";

    /// <param name="table">Instances or Volumes.</param>
    /// <param name="after">The id after which the range begins; empty: at the first.</param>
    /// <param name="upTo">The last id of the range; null: to the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        TableClient table,
        string after,
        string? upTo,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : class, IVersionedRow
    {
        var from = string.CompareOrdinal(after, BeforeIds) > 0 ? after : BeforeIds;
        var shards = Enumerable
            .Range(0, Shard.Count)
            .Select(n =>
                table.QueryAsync<T>(Filter(Shard.Name(n)), cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken)
            )
            .ToArray();
        try
        {
            var more = await Task.WhenAll(shards.Select(s => s.MoveNextAsync().AsTask()));
            while (true)
            {
                var least = -1;
                for (var n = 0; n < shards.Length; n++)
                {
                    if (more[n] && (least < 0 || string.CompareOrdinal(shards[n].Current.RowKey, shards[least].Current.RowKey) < 0))
                        least = n;
                }

                if (least < 0)
                    yield break;
                yield return shards[least].Current.Known();
                more[least] = await shards[least].MoveNextAsync();
            }
        }
        finally
        {
            foreach (var shard in shards)
                await shard.DisposeAsync();
        }

        string Filter(string partition) =>
            upTo is null
                ? TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from}")
                : TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey le {upTo}");
    }
}
