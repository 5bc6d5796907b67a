namespace Shellbox.Cli.Api;

/// <summary>The <c>customStatus</c> of an operation under way.</summary>
internal sealed record OperationProgress(
    string? Step,
    string? Detail,
    DateTimeOffset? StartedAt,
    string? Tier,
    double? EtaSeconds,
    IReadOnlyList<Step>? Steps
);
