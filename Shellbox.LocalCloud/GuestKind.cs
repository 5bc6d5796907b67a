namespace Shellbox.LocalCloud;

/// <summary>What runs in a box, and with it what the volumes of a local cloud are made from.</summary>
public enum GuestKind
{
    /// <summary>Busybox and dropbear: boots in seconds.</summary>
    Small,

    /// <summary>A whole Debian with systemd and OpenSSH.</summary>
    Debian,
}
