using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Shellbox.Activities.Reconciliation;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Audit;

/// <summary>Writes the audit log, and reads it.</summary>
public sealed partial class EventLog(StateTables tables, TimeProvider time, ILogger<EventLog> logger)
{
    public async Task WriteAsync(AuditEvent entry, CancellationToken cancellationToken)
    {
        var rows = Rows(entry, time.GetUtcNow(), Guid.NewGuid().ToString("n"));
        await Task.WhenAll(rows.Select(r => tables.Events.AddEntityAsync(r, cancellationToken)));
    }

    /// <summary>
    /// Writes an entry of the pool's that must stand there once, however often its cause comes: what is there already stays.
    /// </summary>
    /// <param name="entry">The entry; the same each time.</param>
    /// <param name="at">When it happened; the same each time.</param>
    /// <param name="id">What tells it from others of that instant; the same each time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WriteOnceAsync(AuditEvent entry, DateTimeOffset at, string id, CancellationToken cancellationToken)
    {
        // The day's may be missing although the other is there: each is tried.
        foreach (var row in Rows(entry, at, id))
            await tables.Events.TryInsertAsync(row, cancellationToken);
    }

    private static EventRow[] Rows(AuditEvent entry, DateTimeOffset at, string id)
    {
        var subject = entry.Box?.ToString() ?? EventRow.PoolPartition;
        return [In(subject), In(EventRow.DayPartition(DateOnly.FromDateTime(at.UtcDateTime)))];

        EventRow In(string partition) =>
            new()
            {
                PartitionKey = partition,
                RowKey = $"{EventRow.Position(at)}-{entry.Kind}-{id}",
                At = at,
                Kind = entry.Kind,
                Detail = entry.Detail,
                Subject = subject,
                OperationId = entry.OperationId,
                InstanceId = entry.InstanceId,
                Seconds = entry.Seconds,
                Tier = entry.Tier,
            };
    }

    /// <summary>
    /// Writes a change of state that has been made. It is made: what cannot be written about it is no reason to fail, and the app's own log
    /// has it instead.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="since">Since when it was in the state before.</param>
    internal async Task WriteTransitionAsync(AuditEvent entry, DateTimeOffset since)
    {
        try
        {
            var seconds = Math.Max(0, (time.GetUtcNow() - since).TotalSeconds);
            await WriteAsync(entry with { Seconds = seconds }, CancellationToken.None);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
            LogNotWritten(entry.Kind, entry.Box?.ToString() ?? entry.InstanceId, entry.Detail, entry.OperationId, e);
        }
    }

    public IAsyncEnumerable<EventRow> ReadAsync(BoxKey? box, CancellationToken cancellationToken)
    {
        var partition = box?.ToString() ?? EventRow.PoolPartition;
        return tables
            .Events.QueryAsync<EventRow>(e => e.PartitionKey == partition, cancellationToken: cancellationToken)
            .Known(cancellationToken);
    }

    /// <summary>A page of the audit log, the newest first.</summary>
    /// <returns>The entries, and what asks for those that are older; null when there are none.</returns>
    public async Task<(IReadOnlyList<EventRow> Events, string? Next)> FindAsync(EventQuery query, CancellationToken cancellationToken)
    {
        var day = query.Day ?? (query.Box is null ? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime) : null);
        var partition = query.Box?.ToString() ?? EventRow.DayPartition(day!.Value);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        if (query.Box is not null && day is { } asked)
        {
            var begin = new DateTimeOffset(asked, TimeOnly.MinValue, TimeSpan.Zero);
            filter +=
                " and "
                + TableClient.CreateQueryFilter(
                    $"RowKey gt {EventRow.Position(begin.AddDays(1))} and RowKey le {EventRow.Position(begin) + "~"}"
                );
        }

        if (query.After is { } after)
            filter += " and " + TableClient.CreateQueryFilter($"RowKey gt {after}");
        if (query.InstanceId is { } instanceId)
            filter += " and " + TableClient.CreateQueryFilter($"InstanceId eq {instanceId}");
        if (query.Kind is { } kind)
            filter += " and " + TableClient.CreateQueryFilter($"Kind eq {kind}");

        // One more than is asked for tells whether there are more.
        var found = await tables
            .Events.QueryAsync<EventRow>(filter, Math.Min(1000, query.Limit + 1), cancellationToken: cancellationToken)
            .Known(cancellationToken)
            .Take(query.Limit + 1)
            .ToListAsync(cancellationToken);
        return found.Count > query.Limit ? (found[..query.Limit], found[query.Limit - 1].RowKey) : (found, null);
    }

    /// <summary>
    /// Deletes entries that are older, and reports of the reconciler's that are: some at a time, whole days first found by their partition.
    /// </summary>
    /// <returns>How many; below <paramref name="most"/> when there are no more.</returns>
    public async Task<int> PurgeAsync(
        DateTimeOffset eventsBefore,
        DateTimeOffset reportsBefore,
        int most,
        CancellationToken cancellationToken
    )
    {
        var first = EventRow.DayPartition(DateOnly.MinValue);
        var last = EventRow.DayPartition(DateOnly.FromDateTime(eventsBefore.UtcDateTime));
        var days = TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {last}");
        var old = await tables
            .Events.QueryAsync<EventRow>(days, select: ["PartitionKey", "RowKey", "Subject"], cancellationToken: cancellationToken)
            .Take(most)
            .ToListAsync(cancellationToken);
        var reports = TableClient.CreateQueryFilter(
            $"PartitionKey eq {ReconciliationRow.Partition} and RowKey gt {EventRow.Position(reportsBefore)}"
        );
        var stale = await tables
            .Events.QueryAsync<TableEntity>(reports, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken)
            .Take(most - old.Count)
            .ToListAsync(cancellationToken);

        // The day's copy goes last: it is what leads to the other.
        await Parallel.ForEachAsync(
            old,
            Options(),
            async (row, token) =>
            {
                if (row.Subject is { } subject)
                    await tables.Events.DeleteEntityAsync(subject, row.RowKey, ETag.All, token);
                await tables.Events.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, token);
            }
        );
        await Parallel.ForEachAsync(
            stale,
            Options(),
            async (row, token) => await tables.Events.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, token)
        );
        return old.Count + stale.Count;

        ParallelOptions Options() => new() { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken };
    }

    [LoggerMessage(202, LogLevel.Error, "The event '{Kind}' of {Subject} could not be written: {Detail} ({OperationId})")]
    private partial void LogNotWritten(string kind, string? subject, string detail, string? operationId, Exception exception);
}
