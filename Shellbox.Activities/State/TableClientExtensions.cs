using Azure;
using Azure.Data.Tables;

namespace Shellbox.Activities.State;

internal static class TableClientExtensions
{
    /// <summary>Reads a row, or null when there is none.</summary>
    public static async Task<T?> FindAsync<T>(
        this TableClient table,
        string partitionKey,
        string rowKey,
        CancellationToken cancellationToken
    )
        where T : class, IVersionedRow
    {
        var response = await table.GetEntityIfExistsAsync<T>(partitionKey, rowKey, cancellationToken: cancellationToken);
        return response.HasValue ? response.Value!.Known() : null;
    }

    /// <summary>One page of the rows that pass a filter, and what asks for the next; null on the last.</summary>
    public static async Task<(IReadOnlyList<T> Rows, string? Continuation)> ReadPageAsync<T>(
        this TableClient table,
        string? filter,
        string? continuation,
        int pageSize,
        CancellationToken cancellationToken
    )
        where T : class, IVersionedRow
    {
        await foreach (var page in table.QueryAsync<T>(filter, pageSize, cancellationToken: cancellationToken).AsPages(continuation))
        {
            return ([.. page.Values.Select(r => r.Known())], page.ContinuationToken);
        }

        return ([], null);
    }

    /// <summary>Inserts a row; false when it exists.</summary>
    public static async Task<bool> TryInsertAsync<T>(this TableClient table, T row, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        try
        {
            var response = await table.AddEntityAsync(row, cancellationToken);
            row.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return false;
        }
    }

    /// <summary>
    /// Replaces the row if it still is the one that was read; false when another writer was first.
    /// </summary>
    /// <exception cref="InvalidOperationException">The row has no ETag: an unconditional write would undo another's.</exception>
    public static async Task<bool> TryReplaceAsync<T>(this TableClient table, T row, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        if (row.ETag == default || row.ETag == ETag.All)
        {
            throw new InvalidOperationException($"The row {row.PartitionKey}/{row.RowKey} was not read before it was written.");
        }

        try
        {
            var response = await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken);
            row.ETag = response.Headers.ETag ?? default;
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return false;
        }
    }

    /// <summary>Deletes the row if it still is the one that was read, or is gone already; false when another writer was first.</summary>
    public static async Task<bool> TryDeleteAsync<T>(this TableClient table, T row, CancellationToken cancellationToken)
        where T : class, ITableEntity
    {
        if (row.ETag == default || row.ETag == ETag.All)
        {
            throw new InvalidOperationException($"The row {row.PartitionKey}/{row.RowKey} was not read before it was deleted.");
        }

        try
        {
            // The client itself takes 404 as done.
            await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 412)
        {
            return false;
        }
    }

    /// <summary>One transaction in one partition; false when another writer was first.</summary>
    public static async Task<bool> TrySubmitAsync(
        this TableClient table,
        IReadOnlyList<TableTransactionAction> actions,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var responses = (await table.SubmitTransactionAsync(actions, cancellationToken)).Value;
            for (var i = 0; i < responses.Count; i++)
                actions[i].Entity.ETag = responses[i].Headers.ETag ?? default;
            return true;
        }
        catch (TableTransactionFailedException e) when (e.Status is 412 or 409 or 404)
        {
            return false;
        }
    }
}
