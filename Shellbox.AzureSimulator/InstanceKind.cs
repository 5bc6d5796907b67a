namespace Shellbox.AzureSimulator;

/// <summary>What stands behind a simulated VM.</summary>
public enum InstanceKind
{
    /// <summary>Nothing: control plane only.</summary>
    None,

    /// <summary>A real OpenSSH server on the VM's own loopback address, with a root directory and its disks as files.</summary>
    Sshd,
}
