namespace Shellbox.Activities.Pool;

/// <summary>What there was on one day (UTC).</summary>
/// <param name="Day">For example <c>2026-11-25</c>.</param>
/// <param name="Hours">Hours by name, for example <c>instances_free</c>: two instances for half an hour are one.</param>
public sealed record PoolHours(string Day, IReadOnlyDictionary<string, double> Hours);
