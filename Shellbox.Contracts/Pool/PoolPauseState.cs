namespace Shellbox.Contracts.Pool;

/// <summary>The answer to a <see cref="PauseRequest"/>.</summary>
public sealed record PoolPauseState(bool Paused, string? Reason, DateTimeOffset? Since);
