using Shellbox.Activities.Azure;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>The rows that lie beside a page of Resource Graph: both are in the order of the names.</summary>
internal static class RowRange
{
    private const int AtOnce = 16;

    /// <summary>
    /// Names are of ASCII letters, digits and -_. in Azure: ordinal order is any order that a service may sort by, but for case.
    /// </summary>
    public static string? UpTo(ResourceGraphPage page) =>
        page.SkipToken is null ? null : page.Rows.Select(r => r.Name).Max(StringComparer.Ordinal);

    /// <summary>
    /// Compares each resource of the page and each row beside it, several at a time, found by their names. One's fault is not the next
    /// one's.
    /// </summary>
    /// <param name="page">The page.</param>
    /// <param name="rows">The rows beside it.</param>
    /// <param name="comparison">What is done with each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static Task CompareEachAsync<T>(
        ResourceGraphPage page,
        Dictionary<string, T> rows,
        RowComparison<T> comparison,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var resources = page.Rows.ToDictionary(r => r.Name, StringComparer.OrdinalIgnoreCase);
        return Parallel.ForEachAsync(
            resources.Keys.Union(rows.Keys, StringComparer.OrdinalIgnoreCase),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                try
                {
                    var resource = resources.GetValueOrDefault(id);
                    var row = rows.GetValueOrDefault(id) ?? await comparison.Find(resource?.Name ?? id, token);
                    await (row is null ? comparison.CheckUnknown(resource!, token) : comparison.Compare(resource, row, token));
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    await comparison.Fail(id, e);
                }
            }
        );
    }

    /// <summary>
    /// Reads the rows, up to a number: a page of Resource Graph has about as many rows beside it as resources. When it has many more, then
    /// it is Resource Graph that has few, and nothing is concluded from that.
    /// </summary>
    public static async Task<Dictionary<string, T>> ReadAsync<T>(
        IAsyncEnumerable<T> rows,
        Func<T, string> id,
        PageFindings findings,
        CancellationToken cancellationToken
    )
    {
        var most = Math.Max(1000, 3 * findings.Run.Options.PageSize);
        var read = new Dictionary<string, T>(StringComparer.OrdinalIgnoreCase);
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            if (read.Count == most)
            {
                findings.Skip(SkipReason.TooFewResources);
                break;
            }

            read[id(row)] = row;
        }

        return read;
    }
}
