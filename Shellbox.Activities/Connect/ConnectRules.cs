using Shellbox.Activities.Operations;
using Shellbox.Activities.Sessions;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>What becomes of a Boxes row when somebody connects: from the row and the command alone.</summary>
public static class ConnectRules
{
    /// <summary>
    /// Decides who connects the box. The winner's operation takes the row; whoever comes meanwhile joins it; whoever comes during a
    /// release is next.
    /// </summary>
    /// <param name="box">The row, which is changed.</param>
    /// <param name="command">The wish.</param>
    /// <param name="admitted">Whether the user may have one more box in memory.</param>
    /// <param name="now">The time.</param>
    public static ConnectDecision Decide(BoxRow box, ConnectCommand command, bool admitted, DateTimeOffset now)
    {
        if (box.State is BoxState.Deleting)
            return new ConnectDecision(ConnectDecisionKind.BeingDeleted, box.OperationId!, box.Epoch, null);
        if (box.State is BoxState.Given)
            return new ConnectDecision(ConnectDecisionKind.NotFound, command.OperationId, Epoch.None, null);
        if (!admitted && !box.CountsTowardQuota)
            return new ConnectDecision(ConnectDecisionKind.NotAdmitted, command.OperationId, box.Epoch, null);

        // A guest in its hold is as hot as a prewarm can make it.
        if (command.SessionId is null && box.State is BoxState.Running or BoxState.Held)
            return new ConnectDecision(ConnectDecisionKind.AlreadyRunning, box.OperationId!, box.Epoch, null);

        if (command.SessionId is { } sessionId)
        {
            box.PutSession(new BoxSession(sessionId, now, Beats: false));
            box.PublicKey = command.PublicKey;
            box.LastUsed = now;
            box.ReleaseWhenReady = false;
        }

        var over = command.DeadOperationId is { } dead && box.OperationId == dead;
        if (box.State is BoxState.Connecting && !over)
            return new ConnectDecision(ConnectDecisionKind.Joined, box.OperationId!, box.Epoch, null);
        if (box.State is BoxState.Releasing && !over)
        {
            if (box.NextOperationId is { } next && next != command.DeadOperationId)
                return new ConnectDecision(ConnectDecisionKind.Joined, next, box.Epoch, null);
            box.NextOperationId = command.OperationId;
            return new ConnectDecision(ConnectDecisionKind.Queued, command.OperationId, box.Epoch, null);
        }

        var inMemory = box.State is BoxState.Running or BoxState.Held;
        box.BeginConnect(command.OperationId, now);
        return new ConnectDecision(ConnectDecisionKind.Started, command.OperationId, box.Epoch, null, inMemory);
    }

    /// <summary>Whether a decision leaves the row as it is.</summary>
    public static bool LeavesUnchanged(ConnectDecision decision) =>
        decision.Kind is ConnectDecisionKind.BeingDeleted or ConnectDecisionKind.NotFound or ConnectDecisionKind.NotAdmitted;

    /// <summary>
    /// Records where the box is going to run. Where another place is recorded than the caller knows of, nothing changes: a second run of
    /// the activity was first.
    /// </summary>
    public static void Place(BoxRow box, string? from, string? instanceId, int? lun)
    {
        if (box.InstanceId == from)
            (box.InstanceId, box.Lun) = (instanceId, lun);
    }

    /// <summary>The guest answers: the box runs.</summary>
    public static void Complete(BoxRow box, GuestAddress address, DateTimeOffset now)
    {
        box.MoveTo(BoxState.Running, now);
        (box.Host, box.Port, box.HostKey) = (address.Host, address.Port, address.HostKey);
    }
}
