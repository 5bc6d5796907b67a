namespace Shellbox.Cli.Api;

internal sealed record InstanceCounts(int Total, int Free, int Claimed, int Quarantined, int Creating = 0, int Removing = 0);
