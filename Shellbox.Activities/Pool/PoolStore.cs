using System.Globalization;
using Azure.Data.Tables;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>
/// The pool's own rows, in partition <c>pool</c> of table Instances: what it remembers, and what there was of each state, a row a day.
/// Their keys sort before every instance's and every index row's, so no search for an instance meets them.
/// </summary>
public sealed class PoolStore(StateTables tables, TimeProvider time)
{
    public const string Partition = "pool";
    public const string ControlRow = "!control";

    private const string CostPrefix = "!cost!";
    private const string CostEnd = "!cost\"";

    /// <summary>
    /// A gap longer than this (an app that was off) is accounted for from its end backwards, and the rest is left out: a transaction writes
    /// 100 rows at most.
    /// </summary>
    private static readonly TimeSpan MaxGap = TimeSpan.FromDays(31);

    public async Task<PoolRow> ReadAsync(CancellationToken cancellationToken) =>
        await tables.Instances.FindAsync<PoolRow>(Partition, ControlRow, cancellationToken) ?? new PoolRow();

    /// <summary>Changes what the pool remembers, on the condition that it still is what was read; a lost race reads again.</summary>
    public async Task<PoolRow> ChangeAsync(Action<PoolRow> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await ReadAsync(cancellationToken);
            change(row);
            var written =
                row.ETag == default
                    ? await tables.Instances.TryInsertAsync(row, cancellationToken)
                    : await tables.Instances.TryReplaceAsync(row, cancellationToken);
            if (written)
                return row;
        }
    }

    public Task<PoolRow> PauseAsync(bool paused, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(
            row =>
            {
                row.PausedAt = paused ? (row.Paused ? row.PausedAt : time.GetUtcNow()) : null;
                row.Paused = paused;
                row.PausedReason = paused ? reason : null;
            },
            cancellationToken
        );

    /// <summary>
    /// Accounts for the time since the last sample as if what there is now had been there all along. Sample and time are written in one
    /// transaction, so no second is counted twice; who loses the race leaves it to the other.
    /// </summary>
    /// <param name="counts">How many there are, by name, for example <c>instances_free</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task SampleAsync(IReadOnlyDictionary<string, int> counts, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = await ReadAsync(cancellationToken);
        var from = row.SampledAt;
        row.SampledAt = now;
        var actions = new List<TableTransactionAction>
        {
            row.ETag == default ? new(TableTransactionActionType.Add, row) : new(TableTransactionActionType.UpdateReplace, row, row.ETag),
        };
        if (from < now - MaxGap)
            from = now - MaxGap;
        for (var start = from; start < now; )
        {
            var nextDay = new DateTimeOffset(start.Value.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
            var end = nextDay < now ? nextDay : now;
            var found = await tables.Instances.GetEntityIfExistsAsync<TableEntity>(
                Partition,
                DayKey(start.Value),
                cancellationToken: cancellationToken
            );
            var day = found.HasValue ? found.Value! : new TableEntity(Partition, DayKey(start.Value));
            foreach (var (name, count) in counts)
            {
                if (count > 0)
                    day[name] = (day.GetDouble(name) ?? 0) + (count * (end - start.Value).TotalHours);
            }

            actions.Add(
                day.ETag == default
                    ? new(TableTransactionActionType.Add, day)
                    : new(TableTransactionActionType.UpdateReplace, day, day.ETag)
            );
            start = end;
        }

        try
        {
            await tables.Instances.SubmitTransactionAsync(actions, cancellationToken);
        }
        catch (TableTransactionFailedException e) when (e.Status is 412 or 409 or 404)
        {
            // Another sample of the same moment was first, or somebody changed the row: the next one accounts for the time.
        }
    }

    /// <summary>Hours by day and name, the oldest day first.</summary>
    public async Task<IReadOnlyList<PoolHours>> ReadCostAsync(int days, CancellationToken cancellationToken)
    {
        var first = DayKey(time.GetUtcNow().AddDays(1 - days));
        var found = new List<PoolHours>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {first} and RowKey lt {CostEnd}");
        await foreach (var row in tables.Instances.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            found.Add(
                new PoolHours(
                    row.RowKey[CostPrefix.Length..],
                    row.Where(p => p.Value is double).ToDictionary(p => p.Key, p => (double)p.Value)
                )
            );
        }

        return found;
    }

    private static string DayKey(DateTimeOffset at) => CostPrefix + at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
