using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

public enum ConnectDecisionKind
{
    /// <summary>There is no such box.</summary>
    NotFound,

    /// <summary>The caller's operation has the box: it must start the orchestration of that id.</summary>
    Started,

    /// <summary>The caller's operation is next, after the release under way: it must start the orchestration of that id.</summary>
    Queued,

    /// <summary>Another operation is connecting the box; the caller joins it.</summary>
    Joined,

    /// <summary>Nothing to do (a prewarm of a box that runs).</summary>
    AlreadyRunning,

    /// <summary>It would take a place among those that the user runs, and the caller has not yet seen that there is one.</summary>
    NotAdmitted,

    /// <summary>The box is being deleted: nobody connects it any more.</summary>
    BeingDeleted,
}

/// <param name="Kind">What the Boxes row decided.</param>
/// <param name="OperationId">The operation that connects: the caller's own, or the one it joins.</param>
/// <param name="Epoch">The epoch of the caller's operation.</param>
/// <param name="Row">The row as decided.</param>
/// <param name="InMemory">Whether the box came from a state in which its volume is attached for certain: its guest ran or was held.</param>
/// <param name="Running">When it is not admitted for good: the boxes that the user runs.</param>
public sealed record ConnectDecision(
    ConnectDecisionKind Kind,
    string OperationId,
    Epoch Epoch,
    BoxRow? Row,
    bool InMemory = false,
    IReadOnlyList<string>? Running = null
);
