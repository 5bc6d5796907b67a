namespace Shellbox.Cli.Api;

internal sealed record PoolReport(InstanceCounts Instances);
