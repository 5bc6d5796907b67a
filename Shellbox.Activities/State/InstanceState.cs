namespace Shellbox.Activities.State;

/// <summary>Who has an instance. Which state may follow which is in <see cref="InstanceTransitions"/>.</summary>
public enum InstanceState
{
    /// <summary>Nobody: it can be claimed, and stands in the index of free instances.</summary>
    Free,

    /// <summary>One box has it.</summary>
    Claimed,

    /// <summary>It did not answer when it was needed. It is given to nobody until an operator or the pool has looked at it.</summary>
    Quarantined,

    /// <summary>
    /// The pool creates it: the row was written first, so that no VM is without one. It can be claimed once it is registered.
    /// </summary>
    Creating,

    /// <summary>The pool deletes its VM; the row goes last.</summary>
    Removing,
}
