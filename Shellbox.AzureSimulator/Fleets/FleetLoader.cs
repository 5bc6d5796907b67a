using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Compute;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Fleets;

/// <summary>Makes a fleet exist: at once, and already known to Resource Graph.</summary>
internal sealed class FleetLoader(SimulatedCloud cloud)
{
    /// <exception cref="SimulatorStartException">An instance cannot be had; the message names it.</exception>
    public async Task LoadAsync(FleetDescription fleet, CancellationToken cancellationToken)
    {
        var group = cloud.Options.ResourceGroup;
        lock (cloud.Store.Gate)
            cloud.Store.Add(new ResourceGroup(cloud.Ids.ResourceGroup(group), group, cloud.Location), atOnce: true);

        var disks = new Dictionary<string, ManagedDisk>(StringComparer.OrdinalIgnoreCase);
        foreach (var disk in fleet.Disks)
            disks[disk.Name] = await AddAsync(disk, cancellationToken);
        var machines = fleet.VirtualMachines.Select(vm => Add(vm, disks)).ToList();
        // A handful at a time: each start is a key generation and a process.
        await Parallel.ForEachAsync(
            machines,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (vm, token) => await StartAsync(vm, disks, token)
        );
    }

    private async Task<ManagedDisk> AddAsync(FleetDisk asked, CancellationToken cancellationToken)
    {
        var id = cloud.Ids.Of(ResourceTypes.Disks, cloud.Options.ResourceGroup, asked.Name);
        var disk = DiskFactory.Create(
            cloud,
            new DiskDescription
            {
                Id = id,
                ResourceGroup = cloud.Options.ResourceGroup,
                Name = asked.Name,
                SizeGB = asked.SizeGB,
                Sku = "Premium_LRS",
            }
        );
        disk.SetTags(Tags(asked.Tags));
        if (asked.ContentFile is null)
            await cloud.DiskFiles.EnsureAsync(disk.FileName, asked.SizeGB, cancellationToken);
        else
            await cloud.DiskFiles.CopyAsync(asked.ContentFile, disk.FileName, asked.SizeGB, cancellationToken);
        lock (cloud.Store.Gate)
            cloud.Store.Add(disk, atOnce: true);
        return disk;
    }

    private VirtualMachine Add(FleetVirtualMachine asked, Dictionary<string, ManagedDisk> disks)
    {
        var properties = new JsonObject
        {
            ["hardwareProfile"] = new JsonObject { ["vmSize"] = asked.VmSize },
            ["storageProfile"] = new JsonObject { ["osDisk"] = new JsonObject { ["deleteOption"] = "Delete" } },
            ["osProfile"] = new JsonObject
            {
                ["computerName"] = asked.Name,
                ["adminUsername"] = asked.AdminUsername,
                ["linuxConfiguration"] = new JsonObject
                {
                    ["disablePasswordAuthentication"] = true,
                    ["ssh"] = new JsonObject
                    {
                        ["publicKeys"] = new JsonArray([
                            .. asked.SshPublicKeys.Select(key => new JsonObject
                            {
                                ["path"] = $"/home/{asked.AdminUsername}/.ssh/authorized_keys",
                                ["keyData"] = key,
                            }),
                        ]),
                    },
                },
            },
            ["networkProfile"] = new JsonObject
            {
                ["networkApiVersion"] = "2020-11-01",
                ["networkInterfaceConfigurations"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = asked.Name + "-nic",
                        ["properties"] = new JsonObject
                        {
                            ["primary"] = true,
                            ["deleteOption"] = "Delete",
                            ["ipConfigurations"] = new JsonArray(),
                        },
                    }
                ),
            },
        };
        lock (cloud.Store.Gate)
        {
            var group = cloud.Options.ResourceGroup;
            var vm = new VirtualMachineFactory(cloud).Create(
                cloud.Ids.Of(ResourceTypes.VirtualMachines, group, asked.Name),
                group,
                asked.Name,
                properties,
                atOnce: true
            );
            vm.SetTags(Tags(asked.Tags));
            vm.Power = PowerState.Running;
            vm.ProvisioningState = "Succeeded";
            foreach (var (lun, name) in asked.DataDisks.OrderBy(d => d.Key))
            {
                var disk = disks[name];
                disk.Attached(vm.Id, allocated: true);
                cloud.Store.Publish(disk, atOnce: true);
                vm.DataDisks.Add(DataDiskChange.Entry(lun, disk, "Attach"));
            }

            cloud.Store.Add(vm, atOnce: true);
            return vm;
        }
    }

    private async Task StartAsync(VirtualMachine vm, Dictionary<string, ManagedDisk> disks, CancellationToken cancellationToken)
    {
        if (await vm.Instance.FindStartProblemAsync(cancellationToken) is { } obstacle)
            throw new SimulatorStartException($"VM '{vm.Name}' of the fleet cannot start: {obstacle}");
        await vm.Instance.StartAsync(cloud.Options.CapsOf(vm.Size), cancellationToken);
        foreach (var entry in vm.DataDisks.Select(d => (JsonObject)d!))
            await vm.Instance.ShowDiskAsync(
                DataDiskChange.Lun(entry),
                cloud.DiskFiles.PathOf(disks[(string)entry["name"]!].FileName),
                cancellationToken
            );
    }

    private static JsonObject? Tags(IReadOnlyDictionary<string, string> tags) =>
        tags.Count == 0 ? null : new JsonObject(tags.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
}
