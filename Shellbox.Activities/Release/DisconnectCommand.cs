namespace Shellbox.Activities.Release;

/// <summary>A wish to end a session, or all of a box.</summary>
/// <param name="OperationId">The caller's new operation.</param>
/// <param name="SessionId">The session to end; null for all.</param>
/// <param name="Hold">Whether a guest that runs is held in memory for a while before it is released.</param>
/// <param name="DeadOperationId">An operation that the caller has seen to be over though the row still names it: it is taken over.</param>
public sealed record DisconnectCommand(string OperationId, string? SessionId = null, bool Hold = false, string? DeadOperationId = null);
