using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Network;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Deleting a VM. What it has is kept or deleted with it, as each <c>deleteOption</c> says; Detach is Azure's default.</summary>
internal sealed class VirtualMachineDeletion(SimulatedCloud cloud)
{
    public ArmResponse Begin(ArmCall call, VirtualMachine vm)
    {
        call.CheckConditions(vm, vm.Id);
        if (vm.IsBusy && call.Query("forceDeletion") is not ("true" or "True"))
            throw ArmErrors.Conflict();
        var operation = call.CreateOperation("operations", vm.Id);
        vm.Operation = operation;
        vm.ProvisioningState = "Deleting";
        vm.Touch();
        cloud.Store.Publish(vm);
        var total = cloud.Latency.VirtualMachineDelete(vm.Id);
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(cloud.Clock, operation, total, [new(total * 0.4, _ => EndInstanceAsync(vm))], stopping);
                Finish(vm);
            },
            _ => Fail(vm)
        );
        return call.Begin(operation, 202, null, withLocation: true);
    }

    private async Task EndInstanceAsync(VirtualMachine vm)
    {
        await vm.Instance.DeleteAsync();
        lock (cloud.Store.Gate)
            vm.Power = PowerState.Stopped;
    }

    private void Fail(VirtualMachine vm)
    {
        lock (cloud.Store.Gate)
        {
            vm.ProvisioningState = "Failed";
            // What the deletion overtook will not do it any more.
            AttachedDisks.UpdateStates(cloud, vm);
            cloud.Store.Publish(vm);
        }
    }

    private void Finish(VirtualMachine vm)
    {
        lock (cloud.Store.Gate)
        {
            var storage = (JsonObject)vm.Properties["storageProfile"]!;
            foreach (var entry in vm.DataDisks.Select(d => (JsonObject)d!).Append((JsonObject)storage["osDisk"]!))
                FreeDisk(entry);
            foreach (var reference in ((JsonObject)vm.Properties["networkProfile"]!).GetObjects("networkInterfaces"))
            {
                if (cloud.Store.FindAny(reference.GetString("id")!) is not NetworkInterface nic)
                    continue;
                nic.VirtualMachine = null;
                if (reference.GetObject("properties")?.GetString("deleteOption") == "Delete")
                {
                    cloud.Store.Remove(nic);
                    cloud.Instances.ReturnAddress(nic.Address);
                }
                else
                {
                    cloud.Store.Publish(nic);
                }
            }

            cloud.Store.Remove(vm);
        }
    }

    private void FreeDisk(JsonObject entry)
    {
        if (DataDiskChange.DiskId(entry) is not { } id || cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, id) is not { } disk)
            return;
        disk.Free();
        if (entry.GetString("deleteOption") == "Delete")
        {
            disk.IsDeleted = true;
            cloud.Store.Remove(disk);
            cloud.DiskFiles.Delete(disk.FileName);
        }
        else
        {
            cloud.Store.Publish(disk);
        }
    }
}
