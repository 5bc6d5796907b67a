namespace Shellbox.Contracts.Pool;

/// <summary>The body that stops the pool, or lets it go on.</summary>
/// <param name="Paused">Whether it is to stand; it has to be said.</param>
/// <param name="Reason">Why, for whoever looks next.</param>
public sealed record PauseRequest(bool? Paused, string? Reason);
