namespace Shellbox.Build.Preparation;

/// <summary>The Debian packages that Shellbox takes its parts from.</summary>
internal static class RequiredPackages
{
    /// <summary>For a local cloud whose boxes run the small guest.</summary>
    public static IReadOnlyList<string> LocalCloud { get; } =
    [
        "qemu-system-x86", // the guests
        "openssh-server", // the simulated instances
        "openssh-client", // the way into a guest
        "busybox-static", // the guest image: its tools,
        "dropbear-bin", //   its SSH server,
        "qemu-guest-agent", //   what sets it up per box,
        "cpio", //   its initramfs,
        "e2fsprogs", //   its disk
        "python3", // the instances' end of QMP
    ];

    /// <summary>For the guest that is a whole Debian.</summary>
    public static IReadOnlyList<string> DebianGuest { get; } =
    [
        "debootstrap", // its disk, as a whole Debian,
        "debian-archive-keyring", //   from Debian's archive
    ];

    /// <summary>For what is checked beside the tests.</summary>
    public static IReadOnlyList<string> Checks { get; } = ["shellcheck", "pyflakes3"];
}
