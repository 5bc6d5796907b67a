namespace Shellbox.Cli.Api;

/// <summary>What the last comparison of the tables with Azure found.</summary>
internal sealed record ReconciliationReport(
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    int Resources,
    int Pages,
    IReadOnlyList<Finding>? Findings);
