using Shellbox.Activities.State;

namespace Shellbox.Activities.Deletion;

/// <summary>What becomes of a Boxes row when somebody deletes the box: from the row and the command alone.</summary>
public static class DeletionRules
{
    /// <summary>How a wish to delete a box was decided.</summary>
    public enum Decision
    {
        /// <summary>There is no such box.</summary>
        NotFound,

        /// <summary>The caller's operation has the box.</summary>
        Started,

        /// <summary>Another operation is deleting it.</summary>
        Joined,
    }

    /// <summary>
    /// Decides who deletes the box: from every state, and whatever works on it is superseded by the epoch. Whoever comes second joins.
    /// </summary>
    /// <param name="box">The row, which is changed.</param>
    /// <param name="operationId">The caller's new operation.</param>
    /// <param name="deadOperationId">A delete that the caller has seen to be over though the row is still there: it is taken over.</param>
    /// <param name="now">The time.</param>
    public static Decision Decide(BoxRow box, string operationId, string? deadOperationId, DateTimeOffset now)
    {
        if (box.State is BoxState.Given)
            return Decision.NotFound;
        if (box.State is BoxState.Deleting && box.OperationId != deadOperationId)
            return Decision.Joined;
        box.MoveTo(BoxState.Deleting, now);
        box.OperationId = operationId;
        box.NextOperationId = null;
        box.ReleaseWhenReady = false;
        box.Epoch = box.Epoch.Next;
        box.EndSessions(_ => true);
        (box.Host, box.Port, box.HostKey) = (null, null, null);
        return Decision.Started;
    }
}
