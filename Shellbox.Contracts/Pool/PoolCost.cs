namespace Shellbox.Contracts.Pool;

/// <summary>Hours by state: two instances for half an hour are one instance-hour.</summary>
/// <param name="SampledAt">Up to when is accounted for; null before the pool's first look.</param>
/// <param name="InstanceHours">Of all the days together.</param>
/// <param name="DiskHours">Of the volumes; each instance has an OS disk beside them.</param>
/// <param name="Days">Day by day, the oldest first.</param>
public sealed record PoolCost(
    DateTimeOffset? SampledAt,
    IReadOnlyDictionary<string, double> InstanceHours,
    IReadOnlyDictionary<string, double> DiskHours,
    IReadOnlyList<PoolCostDay> Days
);
