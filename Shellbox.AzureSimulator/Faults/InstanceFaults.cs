using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Compute;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Faults;

/// <summary>Faults of the machine behind a VM, of which Resource Manager knows nothing.</summary>
internal sealed class InstanceFaults(SimulatedCloud cloud)
{
    /// <summary>The VM dies: everything on it ends at once. It stays "running" until it is restarted, deallocated or deleted.</summary>
    public async Task CrashAsync(VirtualMachine vm)
    {
        lock (cloud.Store.Gate)
            vm.HasCrashed = true;
        await vm.Instance.StopAsync();
        Logs.InstanceFault(cloud.Logger, vm.Name, "crash");
    }

    public async Task RefuseSshAsync(VirtualMachine vm, bool refuse, CancellationToken cancellationToken)
    {
        await vm.Instance.RefuseSshAsync(refuse, cancellationToken);
        Logs.InstanceFault(cloud.Logger, vm.Name, refuse ? "refuses SSH" : "accepts SSH");
    }

    public async Task<int> KillQemuAsync(VirtualMachine vm)
    {
        var ended = await vm.Instance.KillQemuAsync();
        Logs.InstanceFault(cloud.Logger, vm.Name, "QEMU killed");
        return ended;
    }

    /// <summary>Injects a fault of the instance into the VM that a call names.</summary>
    public Task InjectAsync(FaultEffect effect, ArmCall call)
    {
        if (Find(call.ResourceGroup, call.Name) is not { } vm)
            return Task.CompletedTask;
        return effect switch
        {
            FaultEffect.CrashInstance => CrashAsync(vm),
            FaultEffect.RefuseSsh => RefuseSshAsync(vm, refuse: true, call.Cancelled),
            FaultEffect.KillQemu => KillQemuAsync(vm),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>A VM by its name in the first resource group.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public VirtualMachine Get(string name) =>
        Find(cloud.Options.ResourceGroup, name)
        ?? throw new ArgumentException($"There is no VM '{name}' in resource group '{cloud.Options.ResourceGroup}'.", nameof(name));

    public VirtualMachine? Find(string resourceGroup, string name)
    {
        lock (cloud.Store.Gate)
            return cloud.Store.Find<VirtualMachine>(
                ResourceTypes.VirtualMachines,
                cloud.Ids.Of(ResourceTypes.VirtualMachines, resourceGroup, name)
            );
    }
}
