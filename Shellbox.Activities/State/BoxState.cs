namespace Shellbox.Activities.State;

/// <summary>Where a box is in its life. Which state may follow which is in <see cref="BoxTransitions"/>.</summary>
public enum BoxState
{
    /// <summary>The volume is detached; the box has no instance.</summary>
    Stopped,

    /// <summary>A connect or prewarm operation works on it.</summary>
    Connecting,

    /// <summary>The guest answers SSH on the recorded placement.</summary>
    Running,

    /// <summary>Nobody is connected: the guest is paused in its instance's memory until the hold ends, and a connect wakes it.</summary>
    Held,

    /// <summary>A release operation saves or stops the guest, detaches the volume and frees the instance.</summary>
    Releasing,

    /// <summary>The volume is attached to the recorded instance, but no guest runs: a release did not get through to the detach.</summary>
    Attached,
}
