using System.Runtime.CompilerServices;

namespace Shellbox.Activities.State;

/// <summary>What happens to a row between the table and whoever reads it.</summary>
internal static class VersionedRows
{
    /// <exception cref="InvalidOperationException">A newer version of Shellbox has written the row: this one would lose what it does not
    /// know.</exception>
    public static T Known<T>(this T row)
        where T : class, IVersionedRow
    {
        if (row.SchemaVersion > T.Newest)
        {
            throw new InvalidOperationException(
                $"The {typeof(T).Name} {row.PartitionKey}/{row.RowKey} has schema version {row.SchemaVersion}; this version of "
                    + $"Shellbox knows {T.Newest} and below."
            );
        }

        if (row.SchemaVersion < T.Newest)
        {
            row.Upgrade();
            row.SchemaVersion = T.Newest;
        }

        return row;
    }

    /// <inheritdoc cref="Known{T}(T)"/>
    public static async IAsyncEnumerable<T> Known<T>(
        this IAsyncEnumerable<T> rows,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
        where T : class, IVersionedRow
    {
        await foreach (var row in rows.WithCancellation(cancellationToken))
            yield return row.Known();
    }
}
