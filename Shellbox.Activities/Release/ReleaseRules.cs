using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>What becomes of a Boxes row when somebody leaves, and of what follows from it: from the row and the command alone.</summary>
public static class ReleaseRules
{
    /// <summary>Ends sessions, and begins the hold or the release when none is left.</summary>
    public static void Disconnect(BoxRow box, DisconnectCommand command, DateTimeOffset now)
    {
        var had = box.Sessions.Count;
        box.EndSessions(s => command.SessionId is null || s.Id == command.SessionId);
        if (box.Sessions.Count > 0 || (command.SessionId is not null && had == 0))
            return;

        // Whoever waits for its turn has just gone.
        box.NextOperationId = null;
        var over = command.DeadOperationId is { } dead && box.OperationId == dead;
        if (box.State is BoxState.Running && command.Hold && !over)
            box.BeginHold(command.OperationId, now);
        else if (box.State is BoxState.Running or BoxState.Attached || (box.State is BoxState.Held && !command.Hold) || over)
            box.BeginRelease(command.OperationId, now);
        else if (box.State is BoxState.Connecting)
            box.ReleaseWhenReady = true;
    }

    /// <summary>
    /// Moves a box that runs without a session into its hold: after a disconnect, which has moved the row already, or after a prewarm.
    /// </summary>
    /// <exception cref="OperationSupersededException">The box is no longer that operation's, or somebody has connected.</exception>
    public static void BeginHold(BoxRow box, BoxOperation expected, string operationId, DateTimeOffset now)
    {
        // The activity may run twice: the second time the row is already as wanted.
        if (box.State is BoxState.Held && box.OperationId == operationId)
            return;
        if (!expected.Has(box) || box.State is not BoxState.Running || box.Sessions.Count > 0)
            throw OperationSupersededException.Of(expected);
        box.BeginHold(operationId, now);
    }

    /// <summary>
    /// Moves the box from the given operation to its release: the undo of a failed connect, or the reconciler's of one that is over.
    /// </summary>
    /// <exception cref="OperationSupersededException">The box is no longer that operation's.</exception>
    public static void BeginRelease(BoxRow box, BoxOperation expected, string operationId, DateTimeOffset now)
    {
        // The activity may run twice: the second time the row is already as wanted.
        if (box.State is BoxState.Releasing && box.OperationId == operationId)
            return;
        if (!expected.Has(box) || box.State is BoxState.Stopped or BoxState.Given or BoxState.Deleting)
            throw OperationSupersededException.Of(expected);
        box.BeginRelease(operationId, now);
    }

    /// <summary>Ends a release. A connect that waits for it gets the box in the same write.</summary>
    /// <param name="box">The row, which is changed.</param>
    /// <param name="detached">Whether the volume is off the instance and the instance is free; else the placement stays recorded.</param>
    /// <param name="now">The time.</param>
    public static void Complete(BoxRow box, bool detached, DateTimeOffset now)
    {
        // The activity may run twice: the second time the release is over already.
        if (box.State is not BoxState.Releasing)
            return;
        box.MoveTo(detached ? BoxState.Stopped : BoxState.Attached, now);
        if (detached)
            (box.InstanceId, box.Lun) = (null, null);
        if (box.NextOperationId is { } next)
            box.BeginConnect(next, now);
    }
}
