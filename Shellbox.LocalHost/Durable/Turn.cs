using DurableTask.Core;
using DurableTask.Core.History;

namespace Shellbox.LocalHost.Durable;

/// <summary>What the store has of an instance for its next turn.</summary>
internal sealed record Turn
{
    /// <summary>Its execution id; null: there is no such instance.</summary>
    public required string? Execution { get; init; }

    public required OrchestrationStatus Status { get; init; }

    /// <summary>The events of its execution; none before its first turn.</summary>
    public required List<HistoryEvent> History { get; init; }

    /// <summary>The number of the next turn.</summary>
    public required int Number { get; init; }

    /// <summary>What has come and is due, in the order of arrival.</summary>
    public required List<(long Sequence, TaskMessage Message)> Messages { get; init; }

    /// <summary>When the next of its other messages is due.</summary>
    public required DateTime? NextDue { get; init; }

    /// <summary>The messages that mean something; the rest is for another execution, or for one that has ended.</summary>
    public List<(long Sequence, TaskMessage Message)> Relevant()
    {
        if (History.Count == 0)
        {
            // Also what came before a start that is not due yet: it waits for it.
            return Status == OrchestrationStatus.Pending && Execution is not null ? Messages.FindAll(IsOfExecution) : [];
        }

        // A rewind is the one thing that a failed instance takes, and alone.
        if (Status.IsTerminal())
            return Status == OrchestrationStatus.Failed ? [.. Messages.Where(m => m.Message.Event is ExecutionRewoundEvent).Take(1)] : [];
        return Messages.FindAll(m => m.Message.Event is not ExecutionStartedEvent && IsOfExecution(m));
    }

    private bool IsOfExecution((long Sequence, TaskMessage Message) stored) =>
        stored.Message.OrchestrationInstance.ExecutionId is not { Length: > 0 } execution || execution == Execution;
}
