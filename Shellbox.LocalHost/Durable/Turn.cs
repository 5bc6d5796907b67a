using DurableTask.Core;
using DurableTask.Core.History;

namespace Shellbox.LocalHost.Durable;

/// <summary>What the store has of an instance for its next turn.</summary>
/// <param name="Execution">Its execution id; null: there is no such instance.</param>
/// <param name="Status">Its status.</param>
/// <param name="History">The events of its execution; none before its first turn.</param>
/// <param name="Number">The number of the next turn.</param>
/// <param name="Messages">What has come, in the order of arrival.</param>
/// <param name="NextDue">When the next of its other messages counts.</param>
internal sealed record Turn(
    string? Execution,
    OrchestrationStatus Status,
    List<HistoryEvent> History,
    int Number,
    List<(long Sequence, TaskMessage Message)> Messages,
    DateTime? NextDue
)
{
    /// <summary>The messages that mean something; the rest is for another execution, or for one that has ended.</summary>
    public List<(long Sequence, TaskMessage Message)> Relevant()
    {
        if (History.Count == 0)
        {
            // Also what came before a start that is not due yet: it waits for it.
            return Status == OrchestrationStatus.Pending && Execution is not null ? Messages.FindAll(IsOfExecution) : [];
        }

        // A rewind is the one thing that a failed instance takes, and alone.
        if (Status.IsOver())
            return Status == OrchestrationStatus.Failed ? [.. Messages.Where(m => m.Message.Event is ExecutionRewoundEvent).Take(1)] : [];
        return Messages.FindAll(m => m.Message.Event is not ExecutionStartedEvent && IsOfExecution(m));
    }

    private bool IsOfExecution((long Sequence, TaskMessage Message) stored) =>
        stored.Message.OrchestrationInstance.ExecutionId is not { Length: > 0 } execution || execution == Execution;
}
