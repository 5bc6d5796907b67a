using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>The disks in a VM's model.</summary>
internal static class AttachedDisks
{
    /// <summary>The data disks that exist, with their LUNs. The caller holds the store's gate.</summary>
    public static IEnumerable<(int Lun, ManagedDisk Disk)> Data(SimulatedCloud cloud, VirtualMachine vm) =>
        from entry in vm.DataDisks.Select(d => (JsonObject)d!)
        let disk = cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, DataDiskChange.DiskId(entry) ?? "")
        where disk is not null
        select (DataDiskChange.Lun(entry), disk);

    /// <summary>Makes Azure's own fields of every disk say what the VM's model does. The caller holds the store's gate.</summary>
    public static void UpdateStates(SimulatedCloud cloud, VirtualMachine vm)
    {
        var os = cloud.Store.Find<ManagedDisk>(
            ResourceTypes.Disks,
            DataDiskChange.DiskId((JsonObject)vm.Properties["storageProfile"]!["osDisk"]!) ?? ""
        );
        foreach (var disk in Data(cloud, vm).Select(d => d.Disk).Append(os).OfType<ManagedDisk>())
        {
            disk.Attached(vm.Id, vm.IsAllocated);
            cloud.Store.Publish(disk);
        }
    }
}
