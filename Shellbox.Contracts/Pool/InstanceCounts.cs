namespace Shellbox.Contracts.Pool;

/// <summary>How many instances there are, by state.</summary>
public sealed record InstanceCounts(int Total, int Free, int Claimed, int Quarantined, int Creating, int Removing);
