using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Creation;

/// <summary>
/// What becomes of a Boxes row while a box is made of a blank box or a blank volume (<see cref="BoxCreation"/>): from the row and the
/// command alone.
/// </summary>
public static class CreationRules
{
    /// <summary>
    /// Has a box that is being created reserve another volume than it did; false when it no longer reserves that, or is no longer stopped.
    /// </summary>
    public static bool ReserveVolume(BoxRow box, string volumeId, string otherId, Epoch epoch)
    {
        if (!box.VolumeReserved || box.VolumeId != volumeId || box.State is not BoxState.Stopped)
            return false;
        box.VolumeId = otherId;
        box.Epoch = Epoch.Later(box.Epoch, epoch);
        return true;
    }

    /// <summary>The box has got the volume that it reserved; false when it has another, or is being deleted.</summary>
    public static bool ConfirmVolume(BoxRow box, string volumeId)
    {
        if (box.VolumeId != volumeId || box.State is BoxState.Deleting)
            return false;
        box.VolumeReserved = false;
        return true;
    }

    /// <summary>
    /// Assigns a held blank box to a user's box; false when it is not to be had. Whatever its hold was about to do is superseded by the
    /// epoch. For the same user's box a second call finds what the first has done.
    /// </summary>
    public static bool Assign(BoxRow blank, BoxKey to, string operationId, DateTimeOffset now)
    {
        if (blank.State is BoxState.Given)
            return blank.AssignedTo == to;
        if (blank.State is not BoxState.Held)
            return false;
        blank.MoveTo(BoxState.Given, now);
        (blank.GivenToUserId, blank.GivenToBoxName) = (to.UserId, to.BoxName);
        blank.OperationId = operationId;
        blank.Epoch = blank.Epoch.Next;
        return true;
    }

    /// <summary>
    /// Takes an assigned blank box back, for a release: the user's box has come to another volume meanwhile. False when it is not assigned
    /// any more.
    /// </summary>
    public static bool TakeBack(BoxRow blank, string operationId, DateTimeOffset now)
    {
        if (blank.State is BoxState.Releasing && blank.OperationId == operationId)
            return true;
        if (blank.State is not BoxState.Given)
            return false;
        blank.BeginRelease(operationId, now);
        (blank.GivenToUserId, blank.GivenToBoxName) = (null, null);
        return true;
    }

    /// <summary>
    /// The row of a user's box in the place of the blank one that was assigned to it: held, as that was, and under the next epoch.
    /// </summary>
    public static BoxRow InPlaceOf(BoxRow blank, DateTimeOffset now)
    {
        var to = blank.AssignedTo!.Value;
        return new BoxRow
        {
            PartitionKey = to.UserId,
            RowKey = to.BoxName,
            VolumeId = blank.VolumeId,
            State = BoxState.Held,
            Since = now,
            LastUsed = now,
            InstanceId = blank.InstanceId,
            Lun = blank.Lun,
            OperationId = blank.OperationId,
            Epoch = blank.Epoch.Next,
        };
    }
}
