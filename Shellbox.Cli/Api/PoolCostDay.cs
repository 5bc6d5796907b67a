namespace Shellbox.Cli.Api;

internal sealed record PoolCostDay(
    string Day,
    IReadOnlyDictionary<string, double>? InstanceHours,
    IReadOnlyDictionary<string, double>? DiskHours
);
