using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Starting, stopping, deallocating and restarting.</summary>
internal sealed class VirtualMachinePower(SimulatedCloud cloud)
{
    public ArmAnswer Start(ArmCall call, VirtualMachine vm)
    {
        var runs = vm.Power == PowerState.Running;
        return Begin(
            call,
            vm,
            cloud.Latency.PowerOn(vm.Id),
            runs ? PowerState.Running : PowerState.Starting,
            PowerState.Running,
            stopping => runs ? Task.CompletedTask : BootAsync(vm, stopping)
        );
    }

    public ArmAnswer PowerOff(ArmCall call, VirtualMachine vm)
    {
        if (!vm.IsAllocated)
            throw ArmErrors.OperationNotAllowed(
                $"Operation 'powerOff' is not allowed on VM '{vm.Name}' since the VM is either not started or marked for deletion."
            );
        return Begin(call, vm, cloud.Latency.PowerOff(vm.Id), PowerState.Stopping, PowerState.Stopped, _ => vm.Instance.StopAsync());
    }

    public ArmAnswer Deallocate(ArmCall call, VirtualMachine vm) =>
        Begin(call, vm, cloud.Latency.Deallocate(vm.Id), PowerState.Deallocating, PowerState.Deallocated, _ => vm.Instance.StopAsync());

    public ArmAnswer Restart(ArmCall call, VirtualMachine vm)
    {
        if (vm.Power != PowerState.Running)
            throw ArmErrors.OperationNotAllowed("The operation requires the VM to be running (or set to run).");
        return Begin(
            call,
            vm,
            cloud.Latency.Restart(vm.Id),
            PowerState.Running,
            PowerState.Running,
            async stopping =>
            {
                await vm.Instance.StopAsync();
                await BootAsync(vm, stopping);
            },
            restarts: true
        );
    }

    private ArmAnswer Begin(
        ArmCall call,
        VirtualMachine vm,
        TimeSpan total,
        PowerState during,
        PowerState after,
        Func<CancellationToken, Task> act,
        bool restarts = false
    )
    {
        if (vm.IsBusy)
            throw ArmErrors.Conflict();
        var operation = call.CreateOperation("operations", vm.Id);
        vm.Operation = operation;
        var acted = false;
        var before = vm.Power;
        vm.Power = during;
        vm.ProvisioningState = "Updating";
        cloud.Store.Publish(vm);
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(cloud.Clock, operation, total, [new(total * 0.5, token => ActAsync(token))], stopping);
                Finish(after, "Succeeded");
            },
            _ => Finish(acted ? after : before, "Failed")
        );
        return call.Begin(operation, 202, null, withLocation: true);

        async Task ActAsync(CancellationToken stopping)
        {
            vm.RequireCurrent(operation);
            await act(stopping);
            lock (cloud.Store.Gate)
            {
                vm.Power = after;
                vm.HasCrashed &= before == after && !restarts;
                acted = true;
            }
        }

        void Finish(PowerState power, string state)
        {
            lock (cloud.Store.Gate)
            {
                if (vm.Operation != operation)
                    return;
                vm.Power = power;
                vm.ProvisioningState = state;
                AttachedDisks.Settle(cloud, vm);
                cloud.Store.Publish(vm);
            }
        }
    }

    private async Task BootAsync(VirtualMachine vm, CancellationToken stopping)
    {
        await vm.Instance.StartAsync(cloud.Options.CapsOf(vm.Size), stopping);
        List<(int Lun, ManagedDisk Disk)> disks;
        lock (cloud.Store.Gate)
        {
            disks = [.. AttachedDisks.Data(cloud, vm)];
        }

        foreach (var (lun, disk) in disks)
        {
            await cloud.DiskFiles.EnsureAsync(disk.FileName, disk.SizeGB, stopping);
            await vm.Instance.ShowDiskAsync(lun, cloud.DiskFiles.PathOf(disk.FileName), stopping);
        }
    }
}
