using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Reconciliation;

/// <param name="Reason">One of <see cref="SkipReason"/>.</param>
/// <param name="Count">How many.</param>
public sealed record SkipCount([property: JsonPropertyName("reason")] string Reason, [property: JsonPropertyName("count")] int Count)
{
    /// <summary>Sums up.</summary>
    public static IReadOnlyList<SkipCount> Sum(IEnumerable<SkipCount> counts) =>
        [
            .. counts
                .GroupBy(c => c.Reason)
                .Select(g => new SkipCount(g.Key, g.Sum(c => c.Count)))
                .OrderBy(c => c.Reason, StringComparer.Ordinal),
        ];
}
