using System.Globalization;
using Azure.Data.Tables;

namespace Shellbox.Activities.State;

/// <summary>
/// Rows that say which of a table's rows are to be had: <c>!word!position!id</c>, beside the row itself in its partition, so that both
/// change in one transaction. They sort before every id. A search reads a few from a random position of a random shard on: it costs the
/// same however many rows there are, and however many of them are taken.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="word">What the rows stand for.</param>
/// <param name="idColumn">The column that holds the id.</param>
internal sealed class ShardIndex(TableClient table, string word, string idColumn)
{
    private const int Candidates = 4;

    private readonly string _prefix = $"!{word}!";

    /// <summary>Sorts after every index row and before every id.</summary>
    public string End { get; } = $"!{word}\"";

    public TableEntity RowOf(string id) => new(Shard.Of(id), $"{_prefix}{Shard.Position(id)}!{id}") { [idColumn] = id };

    /// <summary>A few ids, chosen at random; empty when there is none.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(CancellationToken cancellationToken)
    {
        var first = Random.Shared.Next(Shard.Count);
        for (var i = 0; i < Shard.Count; i++)
        {
            var partition = Shard.Name((first + i) % Shard.Count);
            var from = _prefix + Random.Shared.NextInt64(0, 1L << 32).ToString("x8", CultureInfo.InvariantCulture);
            var found = await QueryAsync(partition, from, End, cancellationToken);
            if (found.Length == 0)
                found = await QueryAsync(partition, _prefix, from, cancellationToken);
            if (found.Length > 0)
            {
                Random.Shared.Shuffle(found);
                return found;
            }
        }

        return [];
    }

    /// <summary>How many there are: reads every index row, but no other.</summary>
    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        for (var i = 0; i < Shard.Count; i++)
        {
            var partition = Shard.Name(i);
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {_prefix} and RowKey lt {End}");
            await foreach (var _ in table.QueryAsync<TableEntity>(filter, select: [idColumn], cancellationToken: cancellationToken))
                count++;
        }

        return count;
    }

    private async Task<string[]> QueryAsync(string partition, string from, string to, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        await foreach (
            var page in table.QueryAsync<TableEntity>(filter, Candidates, [idColumn], cancellationToken).AsPages(pageSizeHint: Candidates)
        )
        {
            // A page can be empty and still have a continuation: only a page with rows, or the last one, answers.
            if (page.Values.Count > 0 || page.ContinuationToken is null)
                return [.. page.Values.Select(v => v.GetString(idColumn))];
        }

        return [];
    }
}
