namespace Shellbox.Embedded.Engine;

/// <summary>Something that an instance is told.</summary>
/// <param name="Type">What.</param>
/// <param name="Sequence">Its row in the inbox; 0: it has none, because another row (a task, a timer) brings it back after a crash.</param>
/// <param name="ExecutionKey">The execution it is meant for; 0: whichever is current.</param>
/// <param name="TaskId">The task it answers; -1 for none.</param>
/// <param name="Name">The name of an event.</param>
/// <param name="Data">The payload.</param>
/// <param name="Extra">Further data.</param>
internal sealed record InstanceMessage(
    HistoryEventType Type,
    long Sequence = 0,
    long ExecutionKey = 0,
    int TaskId = -1,
    string? Name = null,
    string? Data = null,
    string? Extra = null)
{
    private const string ForeignMark = "foreign";

    /// <summary>Done when the turn that took this is on disk; null: nobody waits for that.</summary>
    public TaskCompletionSource? Recorded { get; init; }

    public static InstanceMessage Wake { get; } = new(HistoryEventType.None);

    /// <summary>Whether an orchestrator, which may since have left the memory, was seen outside its turn.</summary>
    public bool IsForeign => Type == HistoryEventType.None && Extra == ForeignMark;

    public static InstanceMessage Foreign(long executionKey) => new(HistoryEventType.None, 0, executionKey, Extra: ForeignMark);
}
