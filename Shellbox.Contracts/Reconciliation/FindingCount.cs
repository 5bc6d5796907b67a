using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Reconciliation;

/// <param name="Kind">One of <see cref="FindingKind"/>.</param>
/// <param name="Action">One of <see cref="FindingAction"/>.</param>
/// <param name="Count">How many.</param>
public sealed record FindingCount(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("count")] int Count
)
{
    /// <summary>Sums up.</summary>
    public static IReadOnlyList<FindingCount> Sum(IEnumerable<FindingCount> counts) =>
        [
            .. counts
                .GroupBy(c => (c.Kind, c.Action))
                .Select(g => new FindingCount(g.Key.Kind, g.Key.Action, g.Sum(c => c.Count)))
                .OrderBy(c => c.Kind, StringComparer.Ordinal)
                .ThenBy(c => c.Action, StringComparer.Ordinal),
        ];
}
