using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Reconciliation;

/// <summary>What a run of the reconciler found and did.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="DryRun">Whether it changed nothing.</param>
/// <param name="Resources">Resources compared.</param>
/// <param name="Rows">Rows of the tables compared.</param>
/// <param name="Pages">Pages of Resource Graph.</param>
/// <param name="Queries">Queries of Resource Graph; a page is one.</param>
/// <param name="Checks">Reads of the resource providers.</param>
/// <param name="Repairs">Repairs.</param>
/// <param name="Counts">All findings, counted.</param>
/// <param name="Skipped">What looked wrong and was not looked into, by reason.</param>
/// <param name="Findings">The first of the findings; the audit log has all.</param>
public sealed record ReconciliationReport(
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("finishedAt")] DateTimeOffset FinishedAt,
    [property: JsonPropertyName("dryRun")] bool DryRun,
    [property: JsonPropertyName("resources")] int Resources,
    [property: JsonPropertyName("rows")] int Rows,
    [property: JsonPropertyName("pages")] int Pages,
    [property: JsonPropertyName("queries")] int Queries,
    [property: JsonPropertyName("checks")] int Checks,
    [property: JsonPropertyName("repairs")] int Repairs,
    [property: JsonPropertyName("counts")] IReadOnlyList<FindingCount> Counts,
    [property: JsonPropertyName("skipped")] IReadOnlyList<SkipCount> Skipped,
    [property: JsonPropertyName("findings")] IReadOnlyList<Finding> Findings
)
{
    /// <summary>How many findings there were in all.</summary>
    [JsonIgnore]
    public int Found => Counts?.Sum(c => c.Count) ?? 0;
}
