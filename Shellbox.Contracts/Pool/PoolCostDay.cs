namespace Shellbox.Contracts.Pool;

/// <summary>The hours of one day.</summary>
/// <param name="Day">In UTC, for example <c>2026-11-25</c>.</param>
/// <param name="InstanceHours">By state.</param>
/// <param name="DiskHours">Of the volumes, by state.</param>
public sealed record PoolCostDay(
    string Day,
    IReadOnlyDictionary<string, double> InstanceHours,
    IReadOnlyDictionary<string, double> DiskHours
);
