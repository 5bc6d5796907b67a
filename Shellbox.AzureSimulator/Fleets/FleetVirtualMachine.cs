namespace Shellbox.AzureSimulator.Fleets;

/// <summary>A VM of the fleet.</summary>
public sealed record FleetVirtualMachine
{
    /// <summary>The VM's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The account that SSH logs in to.</summary>
    public string AdminUsername { get; init; } = "root";

    /// <summary>The public keys that may log in, in OpenSSH's one-line format.</summary>
    public IReadOnlyList<string> SshPublicKeys { get; init; } = [];

    /// <summary>The VM size, which says how many data disks it takes and what its instance may use.</summary>
    public string VmSize { get; init; } = "Standard_D2s_v5";

    /// <summary>Data disks of the fleet that are attached already, by LUN.</summary>
    public IReadOnlyDictionary<int, string> DataDisks { get; init; } = new Dictionary<int, string>();
}
