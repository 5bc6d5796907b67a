namespace Shellbox.Embedded.Worker;

/// <summary>The URLs through which one orchestration instance is watched and controlled.</summary>
public class HttpManagementPayload
{
    /// <summary>The instance id.</summary>
    public string? Id { get; internal init; }

    /// <summary>GET: the status.</summary>
    public string? StatusQueryGetUri { get; internal init; }

    /// <summary>POST: raises an event; <c>{eventName}</c> is to be replaced.</summary>
    public string? SendEventPostUri { get; internal init; }

    /// <summary>POST: terminates; <c>{{text}}</c> is to be replaced by the reason.</summary>
    public string? TerminatePostUri { get; internal init; }

    /// <summary>Null: this host does not rewind.</summary>
    public string? RewindPostUri { get; internal init; }

    /// <summary>DELETE: purges the instance.</summary>
    public string? PurgeHistoryDeleteUri { get; internal init; }

    /// <summary>Null: this host does not restart instances.</summary>
    public string? RestartPostUri { get; internal init; }

    /// <summary>POST: suspends; <c>{{text}}</c> is to be replaced by the reason.</summary>
    public string? SuspendPostUri { get; internal init; }

    /// <summary>POST: resumes; <c>{{text}}</c> is to be replaced by the reason.</summary>
    public string? ResumePostUri { get; internal init; }
}
