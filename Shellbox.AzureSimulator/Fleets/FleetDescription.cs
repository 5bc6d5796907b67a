namespace Shellbox.AzureSimulator.Fleets;

/// <summary>What exists when the simulator starts, without delays and known to Resource Graph.</summary>
public sealed record FleetDescription
{
    /// <summary>The region of everything in the fleet.</summary>
    public string? Location { get; init; }

    /// <summary>The VMs, running.</summary>
    public IReadOnlyList<FleetVirtualMachine> VirtualMachines { get; init; } = [];

    /// <summary>The managed disks.</summary>
    public IReadOnlyList<FleetDisk> Disks { get; init; } = [];
}
