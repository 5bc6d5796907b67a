using Shellbox.Activities.Azure;

namespace Shellbox.Activities.Reconciliation;

/// <summary>The rows that lie beside a page of Resource Graph: both are in the order of the names.</summary>
internal static class RowRange
{
    /// <summary>Names are of ASCII letters, digits and -_. in Azure: ordinal order is any order that a service may sort by, but for case.</summary>
    public static string? UpTo(ResourceGraphPage page) =>
        page.SkipToken is null ? null : page.Rows.Select(r => r.Name).Max(StringComparer.Ordinal);

    /// <summary>
    /// Reads the rows, up to a number: a page of Resource Graph has about as many rows beside it as resources. When it has many more, then it is Resource
    /// Graph that has few, and nothing is concluded from that.
    /// </summary>
    public static async Task<Dictionary<string, T>> ReadAsync<T>(
        IAsyncEnumerable<T> rows, Func<T, string> id, PageFindings findings, CancellationToken cancellationToken)
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
