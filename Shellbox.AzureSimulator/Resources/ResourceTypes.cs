namespace Shellbox.AzureSimulator.Resources;

internal static class ResourceTypes
{
    public const string VirtualMachines = "Microsoft.Compute/virtualMachines";
    public const string Disks = "Microsoft.Compute/disks";
    public const string Snapshots = "Microsoft.Compute/snapshots";
    public const string NetworkInterfaces = "Microsoft.Network/networkInterfaces";
    public const string ResourceGroups = "Microsoft.Resources/resourceGroups";
}
