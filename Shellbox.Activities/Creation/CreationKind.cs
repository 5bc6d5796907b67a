namespace Shellbox.Activities.Creation;

/// <summary>How the wish for a box ended.</summary>
public enum CreationKind
{
    /// <summary>There is a new box.</summary>
    Created,

    /// <summary>There was one already, with the volume that was asked for, or none was.</summary>
    Exists,

    /// <summary>There was one already, with another volume than the one that was asked for.</summary>
    OtherVolume,

    /// <summary>The box of that name is being deleted.</summary>
    BeingDeleted,

    /// <summary>The user has as many boxes as one may have.</summary>
    TooManyBoxes,

    /// <summary>No blank volume is to be had.</summary>
    NoBlankVolume,

    /// <summary>The volume that was asked for is not one that is blank.</summary>
    VolumeNotFound,
}
