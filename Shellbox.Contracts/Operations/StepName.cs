namespace Shellbox.Contracts.Operations;

/// <summary>
/// The steps of the app's operations, as fixed words. They are no enum: an instance reports steps of its own between them, and those of a
/// newer program than the app knows are shown as they are.
/// </summary>
public static class StepName
{
    // Connect.
    public const string WaitForRelease = "wait-for-release";
    public const string LookUpVolume = "look-up-volume";
    public const string ClaimInstance = "claim-instance";
    public const string RecordTags = "record-tags";
    public const string UpdateAndAttach = "update-and-attach";

    /// <summary>The steps that the instance reports lie within it.</summary>
    public const string StartQemu = "start-qemu";
    public const string ReadBanner = "read-banner";
    public const string Undo = "undo";

    // Release, and what a delete has of it.
    public const string PauseGuest = "pause-guest";
    public const string Hold = "hold";
    public const string SaveGuest = "save-guest";
    public const string StopGuest = "stop-guest";
    public const string DetachVolume = "detach-volume";
    public const string FreeInstance = "free-instance";

    // Delete.
    public const string BeginDelete = "begin-delete";
    public const string DeleteVolume = "delete-volume";
    public const string RemoveBox = "remove-box";

    // The pool.
    public const string CreateVirtualMachine = "create-vm";
    public const string FirstBoot = "first-boot";
    public const string DeleteVirtualMachine = "delete-vm";
    public const string CreateDisk = "create-disk";
    public const string DeleteDisk = "delete-disk";

    // Adoption and reconciliation.
    public const string Adopt = "adopt";
    public const string Recover = "recover";
    public const string CompareBoxes = "compare-boxes";
    public const string CompareInstances = "compare-instances";
    public const string CompareVolumes = "compare-volumes";
    public const string MatchBoxesAndVolumes = "match-boxes-and-volumes";

    // Maintenance.
    public const string PurgeHistories = "purge-histories";
    public const string PurgeEvents = "purge-events";

    /// <summary>Of the instance: the disk comes to be there.</summary>
    public const string WaitForDisk = "wait-for-disk";
}
