using Azure.ResourceManager.Compute;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Fleet;

/// <summary>
/// Registers a VM as a free instance, with its address and the SSH host key that ARM's run-command read on it. One that its tags call
/// quarantined stays out of service. A VM that holds a volume is registered with that.
/// </summary>
public sealed class AdoptInstance(ComputeInstances compute, ProviderReads reads, InstanceStore instances, TagMirror mirror, EventLog events)
{
    [Function(nameof(AdoptInstance))]
    public async Task<Adoption> RunAsync([ActivityTrigger] string resourceId, CancellationToken cancellationToken)
    {
        if (await reads.FindVirtualMachineAsync(resourceId, cancellationToken) is not { } vm)
            return Adoption.Refused("It is gone.");
        if (await instances.FindAsync(vm.Name, cancellationToken) is not null)
            return new Adoption(null);
        var disks = vm.StorageProfile?.DataDisks ?? [];
        if (disks.Count > 0)
        {
            // Free is what it would be registered as: with a disk of an unknown box on it, that would be a lie.
            var names = string.Join(", ", disks.Select(d => d.ManagedDisk?.Id?.Name ?? d.Name));
            return Adoption.Refused(
                $"It holds {disks.Count} data disk(s) ({names}) that could not be registered; see there, or detach them."
            );
        }

        var (address, fingerprint) = await ReadAsync(compute, vm, cancellationToken);
        if (!await instances.TryAddAsync(vm.Name, resourceId, address, fingerprint, cancellationToken))
            return new Adoption(null);
        var quarantined = nameof(InstanceState.Quarantined)
            .Equals(ShellboxTags.Find(vm.Tags, ShellboxTags.Status), StringComparison.OrdinalIgnoreCase);
        if (quarantined && await instances.FindAsync(vm.Name, cancellationToken) is { State: InstanceState.Free } row)
        {
            await instances.TryQuarantineFreeAsync(row, "Its tags called it quarantined when it was registered.", cancellationToken);
        }

        await events.WriteAsync(
            new AuditEvent(
                null,
                "instance-adopted",
                $"Instance {vm.Name} at {address} is registered{(quarantined ? ", out of service" : "")}.",
                InstanceId: vm.Name
            ),
            cancellationToken
        );
        await mirror.EnqueueInstanceAsync(vm.Name, cancellationToken);
        return new Adoption(null, Instance: true);
    }

    /// <summary>The VM's address, and the SSH host key that it is to show.</summary>
    internal static async Task<(string Address, string Fingerprint)> ReadAsync(
        ComputeInstances compute,
        VirtualMachineData vm,
        CancellationToken cancellationToken
    ) => (await compute.GetAddressAsync(vm, cancellationToken), await compute.ReadHostKeyFingerprintAsync(vm.Id, cancellationToken));
}
