using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Starting, stopping, deallocating and restarting.</summary>
internal sealed class VirtualMachinePower(SimulatedCloud cloud)
{
    /// <summary>A change of the power state.</summary>
    /// <param name="Duration">How long the operation takes.</param>
    /// <param name="During">The state while it runs.</param>
    /// <param name="After">The state once it has succeeded.</param>
    /// <param name="ActAsync">What is done to the instance, half-way through.</param>
    private sealed record Change(TimeSpan Duration, PowerState During, PowerState After, Func<CancellationToken, Task> ActAsync)
    {
        /// <summary>Whether the VM boots anew though it runs before and after.</summary>
        public bool Restarts { get; init; }
    }

    public ArmResponse Start(ArmCall call, VirtualMachine vm)
    {
        var runs = vm.Power == PowerState.Running;
        var change = new Change(
            cloud.Latency.PowerOn(vm.Id),
            runs ? PowerState.Running : PowerState.Starting,
            PowerState.Running,
            stopping => runs ? Task.CompletedTask : BootAsync(vm, stopping)
        );
        return Begin(call, vm, change);
    }

    public ArmResponse PowerOff(ArmCall call, VirtualMachine vm)
    {
        if (!vm.IsAllocated)
            throw ArmErrors.OperationNotAllowed(
                $"Operation 'powerOff' is not allowed on VM '{vm.Name}' since the VM is either not started or marked for deletion."
            );
        return Begin(call, vm, new(cloud.Latency.PowerOff(vm.Id), PowerState.Stopping, PowerState.Stopped, _ => vm.Instance.StopAsync()));
    }

    public ArmResponse Deallocate(ArmCall call, VirtualMachine vm) =>
        Begin(
            call,
            vm,
            new(cloud.Latency.Deallocate(vm.Id), PowerState.Deallocating, PowerState.Deallocated, _ => vm.Instance.StopAsync())
        );

    public ArmResponse Restart(ArmCall call, VirtualMachine vm)
    {
        if (vm.Power != PowerState.Running)
            throw ArmErrors.OperationNotAllowed("The operation requires the VM to be running (or set to run).");
        var change = new Change(
            cloud.Latency.Restart(vm.Id),
            PowerState.Running,
            PowerState.Running,
            async stopping =>
            {
                await vm.Instance.StopAsync();
                await BootAsync(vm, stopping);
            }
        );
        return Begin(call, vm, change with { Restarts = true });
    }

    private ArmResponse Begin(ArmCall call, VirtualMachine vm, Change change)
    {
        if (vm.IsBusy)
            throw ArmErrors.Conflict();
        var operation = call.CreateOperation("operations", vm.Id);
        vm.Operation = operation;
        var acted = false;
        var before = vm.Power;
        vm.Power = change.During;
        vm.ProvisioningState = "Updating";
        cloud.Store.Publish(vm);
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(cloud.Clock, operation, change.Duration, [new(change.Duration * 0.5, ActAsync)], stopping);
                Finish(change.After, "Succeeded");
            },
            _ => Finish(acted ? change.After : before, "Failed")
        );
        return call.Begin(operation, 202, null, withLocation: true);

        async Task ActAsync(CancellationToken stopping)
        {
            vm.RequireCurrent(operation);
            await change.ActAsync(stopping);
            lock (cloud.Store.Gate)
            {
                vm.Power = change.After;
                vm.HasCrashed &= before == change.After && !change.Restarts;
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
                AttachedDisks.UpdateStates(cloud, vm);
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
