using Azure.Data.Tables;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.State;

/// <summary>
/// The only door to the Boxes table: reads rows of a version that this build knows, writes them on the condition that they still are what
/// was read, and leaves an event of each transition. What a row becomes is decided elsewhere.
/// </summary>
public sealed class BoxTable(StateTables tables, EventLog events)
{
    private readonly AdmissionGate _gate = new(tables.Boxes);

    public Task<BoxRow?> FindAsync(BoxKey key, CancellationToken cancellationToken) =>
        tables.Boxes.FindAsync<BoxRow>(key.UserId, key.BoxName, cancellationToken);

    /// <summary>The boxes of a user.</summary>
    public IAsyncEnumerable<BoxRow> ListAsync(string userId, CancellationToken cancellationToken) =>
        QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {userId}") + $" and {AdmissionGate.Boxes}", null, cancellationToken);

    /// <summary>Every box there is: a scan.</summary>
    public IAsyncEnumerable<BoxRow> ListAllAsync(CancellationToken cancellationToken) =>
        QueryAsync(AdmissionGate.Boxes, null, cancellationToken);

    /// <summary>One page of all boxes.</summary>
    public Task<(IReadOnlyList<BoxRow> Rows, string? Continuation)> ListPageAsync(
        string? continuation,
        int pageSize,
        CancellationToken cancellationToken
    ) => tables.Boxes.ReadPageAsync<BoxRow>(AdmissionGate.Boxes, continuation, pageSize, cancellationToken);

    public IAsyncEnumerable<BoxRow> QueryAsync(string filter, int? pageSize, CancellationToken cancellationToken) =>
        tables.Boxes.QueryAsync<BoxRow>(filter, pageSize, cancellationToken: cancellationToken).Known(cancellationToken);

    /// <summary>Reads, decides and writes until the write meets the row that was read. A missing row gives (default, null).</summary>
    /// <param name="key">The box.</param>
    /// <param name="decide">Decides, and changes the row.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="unchanged">Whether the decision was to leave the row as it is: then nothing is written.</param>
    public async Task<(T Decision, BoxRow? Row)> DecideAsync<T>(
        BoxKey key,
        Func<BoxRow, T> decide,
        CancellationToken cancellationToken,
        Func<T, bool>? unchanged = null
    )
    {
        while (true)
        {
            var row = await FindAsync(key, cancellationToken);
            if (row is null)
                return (default!, null);
            var decision = decide(row);
            if (unchanged?.Invoke(decision) is true || await TryReplaceAsync(row, cancellationToken))
                return (decision, row);
        }
    }

    /// <summary>Changes the row if it is still the operation's.</summary>
    /// <exception cref="OperationSupersededException">It is not.</exception>
    public async Task<BoxRow> ChangeAsync(BoxOperation operation, Action<BoxRow> change, CancellationToken cancellationToken)
    {
        var (_, row) = await DecideAsync(
            operation.Key,
            box =>
            {
                if (!operation.Has(box))
                    throw OperationSupersededException.Of(operation);
                change(box);
                return true;
            },
            cancellationToken
        );
        return row ?? throw OperationSupersededException.Of(operation);
    }

    /// <summary>Inserts a row; false when it exists.</summary>
    public Task<bool> TryInsertAsync(BoxRow row, CancellationToken cancellationToken) =>
        tables.Boxes.TryInsertAsync(row, cancellationToken);

    /// <summary>Writes the row if it still is the one that was read; false when another writer was first.</summary>
    public async Task<bool> TryReplaceAsync(BoxRow row, CancellationToken cancellationToken)
    {
        if (!await tables.Boxes.TryReplaceAsync(row, cancellationToken))
            return false;
        await RecordTransitionAsync(row);
        return true;
    }

    /// <summary>Deletes the row if it still is the one that was read; false when another writer was first.</summary>
    public Task<bool> TryDeleteAsync(BoxRow row, CancellationToken cancellationToken) =>
        tables.Boxes.TryDeleteAsync(row, cancellationToken);

    /// <summary>Deletes the row as long as it is as described.</summary>
    public async Task DeleteAsync(BoxKey key, Func<BoxRow, bool> condition, CancellationToken cancellationToken)
    {
        while (await FindAsync(key, cancellationToken) is { } row && condition(row))
        {
            if (await TryDeleteAsync(row, cancellationToken))
                return;
        }
    }

    /// <summary>
    /// Writes a row that gives its user more, if it fits beside the user's others. Of those that come at once each is judged when the one
    /// before it is through.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="admit">Gives the row to insert or replace, by the user's rows as they are; null: none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The row that was written; null when there was none to write.</returns>
    public async Task<BoxRow?> AdmitAsync(string userId, Func<IReadOnlyList<BoxRow>, BoxRow?> admit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var gate = await _gate.ReadAsync(userId, cancellationToken);
            var rows = await ListAsync(userId, cancellationToken).ToListAsync(cancellationToken);
            if (admit(rows) is not { } row)
                return null;
            TableTransactionAction write =
                row.ETag == default
                    ? new(TableTransactionActionType.Add, row)
                    : new(TableTransactionActionType.UpdateReplace, row, row.ETag);
            if (!await _gate.TryPassAsync(gate, write, cancellationToken))
                continue;
            await RecordTransitionAsync(row);
            return row;
        }
    }

    /// <summary>Every transition leaves an event: here, so that no way of making one is forgotten.</summary>
    private async Task RecordTransitionAsync(BoxRow box)
    {
        if (box.LeftState is not { } left)
            return;
        box.LeftState = null;
        await events.WriteTransitionAsync(
            new AuditEvent(box.Key, "box-state", $"{left} -> {box.State}", box.OperationId, box.InstanceId),
            box.LeftSince
        );
    }
}
