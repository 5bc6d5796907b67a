namespace Shellbox.AzureSimulator.Faults;

/// <summary>What an injected fault does.</summary>
public enum FaultEffect
{
    /// <summary>
    /// Answers the call with <see cref="Fault.Status"/>, <see cref="Fault.Code"/> and <see cref="Fault.Message"/>; nothing else happens.
    /// </summary>
    FailCall,

    /// <summary>Holds the call for <see cref="Fault.Delay"/> before it is carried out.</summary>
    DelayCall,

    /// <summary>Holds the call until the fault is removed or the client gives up; then it is carried out, or not.</summary>
    HangCall,

    /// <summary>Cuts the connection before anything is done.</summary>
    DropCall,

    /// <summary>Carries the call out and cuts the connection instead of answering.</summary>
    DropAnswer,

    /// <summary>Answers a read with the resource as it was before its last change.</summary>
    StaleRead,

    /// <summary>Answers the call with 401, as for an expired token.</summary>
    ExpireToken,

    /// <summary>Accepts the call; its long-running operation fails before it had any effect.</summary>
    FailOperation,

    /// <summary>Accepts the call; its long-running operation fails at its end, when every disk was already visible or gone.</summary>
    FailOperationAtEnd,

    /// <summary>
    /// Accepts the call; its long-running operation takes <see cref="Fault.Delay"/> longer. What it does to disks is not delayed.
    /// </summary>
    DelayOperation,

    /// <summary>
    /// Accepts the call; its long-running operation does what it should and then stays InProgress until the fault is removed.
    /// </summary>
    HangOperation,

    /// <summary>Accepts the call; the disks never show in the instance although the operation succeeds.</summary>
    HideDisk,

    /// <summary>The VM that the call names dies, and the call is carried out: see <see cref="SimulatedAzure.CrashAsync"/>.</summary>
    CrashInstance,

    /// <summary>The sshd of the VM that the call names ends, and the call is carried out.</summary>
    RefuseSsh,

    /// <summary>The guests on the VM that the call names end, and the call is carried out.</summary>
    KillQemu,
}
