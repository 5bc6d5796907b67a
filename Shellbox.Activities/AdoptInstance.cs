using Azure.Core;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// Registers a VM as a free instance, with its address and the SSH host key that ARM's run-command read on it. Null when it was registered (or is
/// already); else why not.
/// </summary>
public sealed class AdoptInstance(ComputeInstances compute, ArmConnection arm, InstanceStore instances, EventLog events)
{
    [Function(nameof(AdoptInstance))]
    public async Task<string?> RunAsync([ActivityTrigger] string resourceId, CancellationToken cancellationToken)
    {
        var id = new ResourceIdentifier(resourceId);
        var vm = (await arm.Client.GetVirtualMachineResource(id).GetAsync(cancellationToken: cancellationToken)).Value;
        var disks = vm.Data.StorageProfile?.DataDisks ?? [];
        if (disks.Count > 0)
        {
            // Free is what it is registered as: with a disk of an unknown box on it, that would be a lie.
            return $"It has {disks.Count} data disk(s); detach them first.";
        }

        var address = await compute.GetAddressAsync(vm.Data, cancellationToken);
        var fingerprint = await compute.ReadHostKeyFingerprintAsync(id, cancellationToken);
        if (await instances.TryAddAsync(vm.Data.Name, resourceId, address, fingerprint, cancellationToken))
        {
            await events.WriteAsync(
                null, "instance-adopted", $"Instance {vm.Data.Name} at {address} is registered.", instanceId: vm.Data.Name,
                cancellationToken: cancellationToken);
        }

        return null;
    }
}
