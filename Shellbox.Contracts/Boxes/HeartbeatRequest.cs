namespace Shellbox.Contracts.Boxes;

/// <summary>The body of a heartbeat.</summary>
/// <param name="SessionId">The session that is alive.</param>
public sealed record HeartbeatRequest(string? SessionId);
