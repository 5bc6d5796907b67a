using System.Globalization;

namespace Shellbox.Activities.State;

/// <summary>Writes the audit log.</summary>
public sealed class EventLog(StateTables tables, TimeProvider time)
{
    /// <param name="box">Whom it concerns; null for the pool.</param>
    /// <param name="kind">A fixed word.</param>
    /// <param name="detail">A sentence for people. Never a secret.</param>
    /// <param name="operationId">The operation that did it.</param>
    /// <param name="instanceId">The instance concerned, if any.</param>
    /// <param name="seconds">How long it took, if it has a duration.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WriteAsync(
        BoxKey? box,
        string kind,
        string detail,
        string? operationId = null,
        string? instanceId = null,
        double? seconds = null,
        CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var row = new EventRow
        {
            PartitionKey = box?.ToString() ?? EventRow.PoolPartition,
            RowKey = string.Create(CultureInfo.InvariantCulture, $"{DateTime.MaxValue.Ticks - now.UtcTicks:d19}-{kind}-{Guid.NewGuid():n}"),
            At = now,
            Kind = kind,
            Detail = detail,
            OperationId = operationId,
            InstanceId = instanceId,
            Seconds = seconds,
        };
        await tables.Events.AddEntityAsync(row, cancellationToken);
    }

    public IAsyncEnumerable<EventRow> ReadAsync(BoxKey? box, CancellationToken cancellationToken)
    {
        var partition = box?.ToString() ?? EventRow.PoolPartition;
        return tables.Events.QueryAsync<EventRow>(e => e.PartitionKey == partition, cancellationToken: cancellationToken);
    }
}
