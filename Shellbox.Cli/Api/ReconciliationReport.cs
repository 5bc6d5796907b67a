namespace Shellbox.Cli.Api;

/// <summary>What a comparison of the tables with Azure found: all of it counted, the first of it in full.</summary>
internal sealed record ReconciliationReport(
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    bool DryRun,
    int Resources,
    int Rows,
    int Pages,
    int Queries,
    int Checks,
    int Repairs,
    IReadOnlyList<FindingCount>? Counts,
    IReadOnlyList<SkipCount>? Skipped,
    IReadOnlyList<Finding>? Findings
)
{
    public int Found => Counts?.Sum(c => c.Count) ?? 0;
}
