namespace Shellbox.Activities.State;

/// <summary>Whose a volume is. Which state may follow which is in <see cref="VolumeTransitions"/>.</summary>
public enum VolumeState
{
    /// <summary>A box's: what every row says that was written before there were others.</summary>
    Owned,

    /// <summary>Nobody's: a copy of the golden volume that waits for a box, detached, in the index of blank volumes.</summary>
    Blank,

    /// <summary>Its box, or the pool, gives it up: the disk is being deleted, and the row goes after it.</summary>
    Deleting,
}
