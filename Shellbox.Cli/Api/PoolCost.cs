namespace Shellbox.Cli.Api;

/// <summary>Hours by state, day by day.</summary>
internal sealed record PoolCost(
    DateTimeOffset? SampledAt,
    IReadOnlyDictionary<string, double>? InstanceHours,
    IReadOnlyDictionary<string, double>? DiskHours,
    IReadOnlyList<PoolCostDay>? Days
);
