namespace Shellbox.Contracts.Agent;

/// <summary>
/// What the program on an instance can be told to do (docs/architecture.md says what each does, and does when it was done already).
/// </summary>
public static class AgentVerb
{
    /// <summary>Waits for the disk, mounts the volume, brings the guest into memory, and answers after its SSH banner.</summary>
    public const string Start = "start";

    /// <summary>Stops the guest's processor; it stays in memory.</summary>
    public const string Pause = "pause";

    /// <summary>Lets a guest in memory go on, and answers after its SSH banner.</summary>
    public const string Continue = "continue";

    /// <summary>Writes the guest's state onto the volume, ends QEMU, unmounts.</summary>
    public const string Save = "save";

    /// <summary>Shuts the guest down, unmounts.</summary>
    public const string Stop = "stop";

    /// <summary>Reports what runs; changes nothing.</summary>
    public const string Status = "status";

    /// <summary>Waits until the disk of a LUN is there; of no box, changes nothing.</summary>
    public const string WaitDevice = "wait-device";

    /// <summary>Run by the instance's own set-up: boots a kernel, and saves that state for boots to begin with.</summary>
    public const string Prepare = "prepare";
}
