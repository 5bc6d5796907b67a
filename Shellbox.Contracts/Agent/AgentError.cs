namespace Shellbox.Contracts.Agent;

/// <summary>Why the program on an instance refused: <see cref="AgentAnswer.Error"/>. The message beside it is for people.</summary>
public static class AgentError
{
    /// <summary>The request is no JSON object, or one of its members is missing or malformed; the answer's <c>field</c> names it.</summary>
    public const string InvalidRequest = "invalid-request";

    /// <summary>The request is of a newer <see cref="AgentProtocol.Version"/> than the program knows.</summary>
    public const string UnsupportedProtocol = "unsupported-protocol";

    /// <summary>A higher epoch was seen for the box: a newer operation has it.</summary>
    public const string StaleEpoch = "stale-epoch";

    /// <summary>Another verb has held the box for too long.</summary>
    public const string Busy = "busy";

    /// <summary>The address at which the instance was reached is none that QEMU can forward a port of.</summary>
    public const string InvalidAddress = "invalid-address";

    /// <summary>A program that the instance needs is not installed there.</summary>
    public const string MissingProgram = "missing-program";

    /// <summary>The guest's kernel or initramfs is not installed there.</summary>
    public const string MissingGuest = "missing-guest";

    /// <summary>The disk did not appear at its LUN in time.</summary>
    public const string DeviceTimeout = "device-timeout";

    /// <summary>The disk is no volume of Shellbox, or of a layout that the program does not know.</summary>
    public const string UnknownLayout = "unknown-layout";

    /// <summary>The volume's filesystem needs a person.</summary>
    public const string VolumeDamaged = "volume-damaged";

    /// <summary>The disk is mounted elsewhere on the instance.</summary>
    public const string VolumeBusy = "volume-busy";

    /// <summary>The volume could not be mounted.</summary>
    public const string MountFailed = "mount-failed";

    /// <summary>The volume could not be unmounted.</summary>
    public const string UnmountFailed = "unmount-failed";

    /// <summary>The port for the guest's SSH is taken.</summary>
    public const string PortBusy = "port-busy";

    /// <summary>QEMU ended, or refused a command.</summary>
    public const string QemuFailed = "qemu-failed";

    /// <summary>QEMU does not end, not even when it is killed.</summary>
    public const string QemuStuck = "qemu-stuck";

    /// <summary>QEMU runs, but its monitor does not answer.</summary>
    public const string QemuNotAnswering = "qemu-not-answering";

    /// <summary>The saved state is another QEMU's.</summary>
    public const string StateUnfit = "state-unfit";

    /// <summary>QEMU could not load or write a state.</summary>
    public const string MigrationFailed = "migration-failed";

    /// <summary>The guest's state could not be saved on its volume; it can still be shut down.</summary>
    public const string SaveFailed = "save-failed";

    /// <summary>The guest ended instead of booting.</summary>
    public const string BootFailed = "boot-failed";

    /// <summary>The guest did not boot in time.</summary>
    public const string BootTimeout = "boot-timeout";

    /// <summary>The guest showed no SSH banner in time.</summary>
    public const string BannerTimeout = "banner-timeout";

    /// <summary>The guest's start was cut short before it could be used.</summary>
    public const string GuestUnusable = "guest-unusable";

    /// <summary>No guest of the box is in memory.</summary>
    public const string NoGuest = "no-guest";

    /// <summary>The QEMU guest agent refused.</summary>
    public const string GuestAgentFailed = "guest-agent-failed";

    /// <summary>The QEMU guest agent did not answer in time.</summary>
    public const string GuestAgentTimeout = "guest-agent-timeout";

    /// <summary>A program of ours in the guest failed, or is gone.</summary>
    public const string GuestProgramFailed = "guest-program-failed";

    /// <summary>The guest was told whose box it is, and its answer holds no host key.</summary>
    public const string PersonalizeFailed = "personalize-failed";

    /// <summary>A fault of the program itself.</summary>
    public const string InternalError = "internal-error";

    /// <summary>
    /// Those that say that the instance is not fit to run a guest, whichever it is: no program, no guest files, no disk in time, no memory
    /// or port for QEMU.
    /// </summary>
    public static bool IsInstanceFault(string? error) =>
        error is MissingProgram or MissingGuest or DeviceTimeout or PortBusy or QemuFailed or QemuStuck or QemuNotAnswering;
}
