using Shellbox.Activities.State;

namespace Shellbox.Activities.Sessions;

/// <summary>What becomes of a Boxes row when a session is seen, or is not seen any more: from the row and the command alone.</summary>
public static class SessionRules
{
    /// <summary>Notes that a session is alive; false when the box has no such session.</summary>
    public static bool RecordHeartbeat(BoxRow box, string sessionId, DateTimeOffset now)
    {
        if (!box.Sessions.Any(s => s.Id == sessionId))
            return false;
        box.PutSession(new BoxSession(sessionId, now, Beats: true));
        box.LastUsed = now;
        return true;
    }

    /// <summary>
    /// Ends a session that was not seen since, as a disconnect does. False when it was, or is over already, or the box does not run.
    /// </summary>
    public static bool Expire(BoxRow box, BoxSession session, string operationId, bool hold, DateTimeOffset now)
    {
        if (box.State is not BoxState.Running || !box.Sessions.Contains(session))
            return false;
        box.EndSessions(s => s == session);
        if (box.Sessions.Count > 0)
            return true;
        box.NextOperationId = null;
        if (hold)
            box.BeginHold(operationId, now);
        else
            box.BeginRelease(operationId, now);
        return true;
    }
}
