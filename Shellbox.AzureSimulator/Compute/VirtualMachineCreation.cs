using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;
using Shellbox.AzureSimulator.Tags;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Creating a VM. The instance boots before the operation reports its end.</summary>
internal sealed class VirtualMachineCreation(SimulatedCloud cloud)
{
    public ArmResponse Begin(ArmCall call, string id, JsonObject body)
    {
        var asked = body.GetObject("properties") ?? throw ArmErrors.MissingParameter("properties");
        var tags = TagRules.Check(body.GetObject("tags"));
        var size = asked.GetObject("hardwareProfile")?.GetString("vmSize") ?? throw ArmErrors.MissingParameter("vmSize");
        var target = new DataDiskChange.Target(call.Name, call.ResourceGroup, size);
        var change = DataDiskChange.Read(cloud, target, [], asked.GetObject("storageProfile")?.GetArray("dataDisks") ?? []);
        var vm = new VirtualMachineFactory(cloud).Create(id, call.ResourceGroup, call.Name, asked, atOnce: false);
        vm.SetTags(tags);
        foreach (var member in new[] { "identity", "zones", "plan" })
        {
            if (body[member] is { } value)
                vm.TopLevel[member] = value.DeepClone();
        }

        foreach (var created in change.Create)
        {
            var disk = DiskFactory.Create(cloud, created.Disk);
            cloud.Store.Add(disk);
            change.Attach.Add(
                new DataDiskChange.Attachment(
                    created.Lun,
                    disk,
                    change.Entries.Select(e => (JsonObject)e!).First(e => DataDiskChange.Lun(e) == created.Lun)
                )
            );
        }

        foreach (var attachment in change.Attach)
            attachment.Disk.Owner = vm.Id;
        vm.DataDisks = change.Entries;
        vm.ProvisioningState = "Creating";
        cloud.Store.Add(vm);

        var operation = call.CreateOperation("operations", vm.Id);
        operation.Result = () =>
        {
            lock (cloud.Store.Gate)
                return vm.Render(cloud.Clock.Now);
        };
        vm.Operation = operation;
        var total = cloud.Latency.VirtualMachineWrite(vm.Id);
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(
                    cloud.Clock,
                    operation,
                    total,
                    [new(total * 0.7, token => BootAsync(vm, change, operation, token))],
                    stopping
                );
                Finish(vm, change, operation, "Succeeded");
            },
            _ => Finish(vm, change, operation, "Failed")
        );
        return call.Begin(operation, 201, vm.Render(cloud.Clock.Now), withLocation: false);
    }

    private async Task BootAsync(VirtualMachine vm, DataDiskChange change, LongRunningOperation operation, CancellationToken stopping)
    {
        vm.RequireCurrent(operation);
        if (await vm.Instance.FindStartProblemAsync(stopping) is { } obstacle)
            throw ArmErrors.Of(500, "OSProvisioningClientError", $"OS provisioning for VM '{vm.Name}' failed: {obstacle}");
        await vm.Instance.StartAsync(cloud.Options.CapsOf(vm.Size), stopping);
        foreach (var attachment in change.Attach)
        {
            await cloud.DiskFiles.EnsureAsync(attachment.Disk.FileName, attachment.Disk.SizeGB, stopping);
            await vm.Instance.ShowDiskAsync(attachment.Lun, cloud.DiskFiles.PathOf(attachment.Disk.FileName), stopping);
        }

        lock (cloud.Store.Gate)
            vm.Power = PowerState.Running;
    }

    private void Finish(VirtualMachine vm, DataDiskChange change, LongRunningOperation operation, string state)
    {
        lock (cloud.Store.Gate)
        {
            if (vm.Operation != operation)
                return;
            foreach (var attachment in change.Attach)
            {
                attachment.Disk.Attached(vm.Id, vm.IsAllocated);
                cloud.Store.Publish(attachment.Disk);
            }

            vm.ProvisioningState = state;
            cloud.Store.Publish(vm);
        }
    }
}
