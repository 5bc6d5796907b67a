namespace Shellbox.Activities.Instances;

/// <summary>How the control plane talks to an instance over SSH.</summary>
public sealed class InstanceOptions
{
    public string UserName { get; set; } = "shellbox";
    public int SshPort { get; set; } = 22;

    /// <summary>
    /// The private key itself, in OpenSSH's form (a Key Vault reference in Azure). One of this and <see cref="PrivateKeyFile"/>.
    /// </summary>
    public string? PrivateKey { get; set; }
    public string? PrivateKeyFile { get; set; }

    /// <summary>The one command that is run, before its verb.</summary>
    public string Command { get; set; } = "sudo -n /usr/local/bin/shellbox-instance";

    /// <summary>Where a guest's SSH answers on its instance's address.</summary>
    public int GuestPort { get; set; } = 2222;

    public int GuestMemoryMiB { get; set; } = 256;
}
