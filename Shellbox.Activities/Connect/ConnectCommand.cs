namespace Shellbox.Activities.Connect;

/// <summary>A wish to connect a box.</summary>
/// <param name="OperationId">The caller's new operation.</param>
/// <param name="SessionId">The session that the caller opens; null for a prewarm.</param>
/// <param name="PublicKey">The user's key; null for a prewarm.</param>
/// <param name="DeadOperationId">An operation that the caller has seen to be over though the row still names it: it is taken over.</param>
/// <param name="MaxRunning">How many boxes the user may run, this one included; null: any number. One that counts already may in any
/// case.</param>
public sealed record ConnectCommand(
    string OperationId,
    string? SessionId = null,
    string? PublicKey = null,
    string? DeadOperationId = null,
    int? MaxRunning = null
);
