namespace Shellbox.Contracts.Pool;

/// <summary>Why the pool is paused, and since when.</summary>
public sealed record PoolPause(string? Reason, DateTimeOffset? Since);
