using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>
/// The long-running part of changing a VM: disks come into sight of the guest, and leave it, before the operation ends; Azure's
/// own fields (<c>diskState</c>, <c>managedBy</c>) follow at the end of an attach and when a detached disk is gone.
/// </summary>
internal sealed class VirtualMachineUpdate(SimulatedCloud cloud)
{
    /// <summary>Applies the change to the model and begins the operation. The caller holds the gate and has checked everything.</summary>
    public LongRunningOperation Begin(ArmCall call, VirtualMachine vm, DataDiskChange change)
    {
        foreach (var created in change.Create)
            change.Attach.Add(CreateEmpty(change, created));
        foreach (var attachment in change.Attach)
            attachment.Disk.Owner = vm.Id;
        foreach (var detachment in change.Detach)
            detachment.Disk.IsBeingDetached = true;
        vm.DataDisks = change.Entries;
        vm.ProvisioningState = "Updating";
        vm.Touch();
        cloud.Store.Publish(vm);

        var operation = call.CreateOperation("operations", vm.Id);
        operation.Result = () =>
        {
            lock (cloud.Store.Gate)
                return vm.Render(cloud.Clock.Now);
        };
        vm.Operation = operation;
        var done = new HashSet<ManagedDisk>();
        var (total, steps) = Plan(vm, change, operation, done);
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(cloud.Clock, operation, total, steps, stopping);
                await CheckDisksAsync(vm, change, done);
                Finish(vm, change, operation, done, "Succeeded");
            },
            _ => Finish(vm, change, operation, done, "Failed")
        );
        return operation;
    }

    private DataDiskChange.Attachment CreateEmpty(DataDiskChange change, DataDiskChange.NewDisk created)
    {
        var disk = DiskFactory.Create(cloud, created.Disk);
        cloud.Store.Add(disk);
        var entry = change.Entries.Select(e => (JsonObject)e!).First(e => DataDiskChange.Lun(e) == created.Lun);
        return new DataDiskChange.Attachment(created.Lun, disk, entry);
    }

    private (TimeSpan Total, List<OperationTimeline.Step> Steps) Plan(
        VirtualMachine vm,
        DataDiskChange change,
        LongRunningOperation operation,
        HashSet<ManagedDisk> done
    )
    {
        var total = cloud.Latency.VirtualMachineWrite(vm.Id);
        var steps = new List<OperationTimeline.Step>();
        var hidden = operation.Fault?.Source.Effect == FaultEffect.HideDisk;
        var vacated = new Dictionary<int, TimeSpan>();
        foreach (var detachment in change.Detach)
        {
            var at = cloud.Latency.DiskGone(detachment.Disk.Id);
            vacated[detachment.Lun] = at;
            total = Max(total, at + cloud.Latency.Settle(detachment.Disk.Id));
            steps.Add(new OperationTimeline.Step(at, stopping => DisappearAsync(vm, detachment, done, stopping)));
        }

        foreach (var attachment in change.Attach)
        {
            // A LUN that another disk leaves in the same request is free only once that disk is gone.
            var at = vacated.GetValueOrDefault(attachment.Lun) + cloud.Latency.DiskVisible(attachment.Disk.Id);
            total = Max(total, at + cloud.Latency.Settle(attachment.Disk.Id));
            steps.Add(new OperationTimeline.Step(at, stopping => AppearAsync(vm, attachment, operation, hidden, done, stopping)));
        }

        return (total, steps);
    }

    private async Task AppearAsync(
        VirtualMachine vm,
        DataDiskChange.Attachment attachment,
        LongRunningOperation operation,
        bool hidden,
        HashSet<ManagedDisk> done,
        CancellationToken stopping
    )
    {
        vm.RequireCurrent(operation);
        if (attachment.Disk.IsDeleted)
            throw ArmErrors.ReferenceNotFound("Disk", attachment.Disk.Id, "dataDisk");
        await cloud.DiskFiles.EnsureAsync(attachment.Disk.FileName, attachment.Disk.SizeGB, stopping);
        if (!hidden && vm is { Power: PowerState.Running, HasCrashed: false })
            await vm.Instance.ShowDiskAsync(attachment.Lun, cloud.DiskFiles.PathOf(attachment.Disk.FileName), stopping);
        done.Add(attachment.Disk);
    }

    private async Task DisappearAsync(
        VirtualMachine vm,
        DataDiskChange.Attachment detachment,
        HashSet<ManagedDisk> done,
        CancellationToken stopping
    )
    {
        await vm.Instance.HideDiskAsync(detachment.Lun, cloud.DiskFiles.PathOf(detachment.Disk.FileName), stopping);
        lock (cloud.Store.Gate)
            Free(detachment.Disk);
        done.Add(detachment.Disk);
    }

    /// <summary>A disk can be deleted until Azure's own field says Attached, which is now: then the attach has failed after all.</summary>
    private async Task CheckDisksAsync(VirtualMachine vm, DataDiskChange change, HashSet<ManagedDisk> done)
    {
        if (change.Attach.Find(a => a.Disk.IsDeleted) is not { } lost)
            return;
        await vm.Instance.HideDiskAsync(lost.Lun, cloud.DiskFiles.PathOf(lost.Disk.FileName), CancellationToken.None);
        done.Remove(lost.Disk);
        throw ArmErrors.ReferenceNotFound("Disk", lost.Disk.Id, "dataDisk");
    }

    /// <summary>What happened stays; what did not happen is taken out of the model again.</summary>
    private void Finish(VirtualMachine vm, DataDiskChange change, LongRunningOperation operation, HashSet<ManagedDisk> done, string state)
    {
        lock (cloud.Store.Gate)
        {
            if (vm.Operation != operation)
            {
                // Overtaken by a forced deletion, which frees what is in the model; what had left it is freed here.
                foreach (var left in change.Detach.Where(d => !done.Contains(d.Disk)))
                    Free(left.Disk);
                return;
            }

            foreach (var attachment in change.Attach)
            {
                if (done.Contains(attachment.Disk) && !attachment.Disk.IsDeleted)
                {
                    attachment.Disk.Attached(vm.Id, vm.IsAllocated);
                }
                else
                {
                    attachment.Disk.Free();
                    vm.DataDisks.Remove(attachment.Entry);
                }

                if (!attachment.Disk.IsDeleted)
                    cloud.Store.Publish(attachment.Disk);
            }

            foreach (var detachment in change.Detach.Where(d => !done.Contains(d.Disk)))
            {
                detachment.Disk.IsBeingDetached = false;
                vm.DataDisks.Add(detachment.Entry.DeepClone());
            }

            vm.ProvisioningState = state;
            if (state == "Failed")
                vm.Touch();
            cloud.Store.Publish(vm);
        }
    }

    private void Free(ManagedDisk disk)
    {
        disk.Free();
        cloud.Store.Publish(disk);
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
