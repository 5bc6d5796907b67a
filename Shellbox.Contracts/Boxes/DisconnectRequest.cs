namespace Shellbox.Contracts.Boxes;

/// <summary>The body of a disconnect.</summary>
/// <param name="SessionId">The session to end; null: all of them.</param>
/// <param name="Hold">How long the guest stays paused in memory after the last one, in seconds; null: as the app is set up.</param>
public sealed record DisconnectRequest(string? SessionId, double? Hold);
