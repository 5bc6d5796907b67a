using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Network;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Builds a VM, its OS disk and its network interface. The caller holds the store's gate.</summary>
internal sealed class VirtualMachineFactory(SimulatedCloud cloud)
{
    /// <summary>A new VM by the body of its PUT; nothing has been added to the store yet but what the VM brings with it.</summary>
    /// <exception cref="ArmException">The body lacks something or refers to something that is not there.</exception>
    public VirtualMachine Create(string id, string resourceGroup, string name, JsonObject asked, bool atOnce)
    {
        var hardware = asked.GetObject("hardwareProfile")?.GetString("vmSize") ?? throw ArmErrors.MissingParameter("vmSize");
        var osProfile = asked.GetObject("osProfile");
        var linux = osProfile?.GetObject("linuxConfiguration");
        var keys = (linux?.GetObject("ssh")?.GetObjects("publicKeys") ?? [])
            .Select(k => k.GetString("keyData")?.Trim() ?? "")
            .Where(k => k.Length > 0)
            .ToList();
        if (keys.Any(k => k.Contains('\n', StringComparison.Ordinal) || k.Split(' ').Length < 2))
            throw ArmErrors.InvalidParameter(
                "linuxConfiguration.ssh.publicKeys.keyData",
                "The value of parameter linuxConfiguration.ssh.publicKeys.keyData is invalid."
            );
        // Everything is checked before anything is made: a request that is refused leaves nothing behind.
        CheckOsDisk(resourceGroup, asked.GetObject("storageProfile")?.GetObject("osDisk") ?? []);
        var (nic, reference) = FindOrCreateInterface(id, resourceGroup, name, asked, atOnce);

        var vm = new VirtualMachine(
            id,
            resourceGroup,
            name,
            cloud.Location,
            cloud.Instances.Create(cloud.FileName(resourceGroup, name), nic.Address, osProfile?.GetString("adminUsername") ?? "root", keys)
        );
        var properties = (JsonObject)asked.DeepClone();
        properties["hardwareProfile"] = new JsonObject { ["vmSize"] = hardware };
        properties["vmId"] = cloud.Latency.Identifier(id).ToString();
        properties["timeCreated"] = ManagedDisk.Timestamp(cloud.Clock.Now);
        properties["networkProfile"] = new JsonObject { ["networkInterfaces"] = new JsonArray(reference) };
        var storage = properties.GetObject("storageProfile") ?? [];
        storage["dataDisks"] = new JsonArray();
        storage["osDisk"] = OsDisk(id, resourceGroup, name, storage.GetObject("osDisk") ?? [], atOnce);
        if (properties["storageProfile"] is null)
            properties["storageProfile"] = storage;
        // A secret never comes back.
        (properties["osProfile"] as JsonObject)?.Remove("adminPassword");
        (properties["osProfile"] as JsonObject)?.Remove("customData");
        properties.Remove("userData");
        vm.Properties = properties;
        nic.VirtualMachine = id;
        cloud.Store.Publish(nic, atOnce);
        return vm;
    }

    private (NetworkInterface Nic, JsonObject Reference) FindOrCreateInterface(
        string vmId,
        string resourceGroup,
        string vmName,
        JsonObject asked,
        bool atOnce
    )
    {
        var profile = asked.GetObject("networkProfile") ?? throw ArmErrors.MissingParameter("networkProfile");
        if (profile.GetObjects("networkInterfaceConfigurations").FirstOrDefault() is { } inline)
        {
            if (string.IsNullOrEmpty(profile.GetString("networkApiVersion")))
                throw ArmErrors.MissingParameter("networkProfile.networkApiVersion");
            return CreateInterface(vmId, resourceGroup, vmName, inline, atOnce);
        }

        var first =
            profile.GetObjects("networkInterfaces").FirstOrDefault()
            ?? throw ArmErrors.MissingParameter("networkProfile.networkInterfaces");
        var id = first.GetString("id") ?? throw ArmErrors.MissingParameter("networkInterface.id");
        var nic =
            cloud.Store.FindAny(id) as NetworkInterface
            ?? throw ArmErrors.Of(
                400,
                "InvalidResourceReference",
                $"Resource {id} referenced by resource {vmId} was not found. Please make sure that the referenced resource "
                    + "exists, and that both resources are in the same region."
            );
        if (nic.VirtualMachine is not null)
            throw ArmErrors.Of(400, "NicInUse", $"Network Interface {nic.Id} is used by existing resource {nic.VirtualMachine}.");
        return (nic, Reference(nic.Id, first.GetObject("properties")?.GetString("deleteOption") ?? "Detach"));
    }

    private (NetworkInterface Nic, JsonObject Reference) CreateInterface(
        string vmId,
        string resourceGroup,
        string vmName,
        JsonObject configuration,
        bool atOnce
    )
    {
        var name = configuration.GetString("name") ?? throw ArmErrors.MissingParameter("networkInterfaceConfiguration.name");
        ResourceNames.Check(name, "networkInterfaceConfiguration.name");
        var subnet = configuration
            .GetObject("properties")
            ?.GetObjects("ipConfigurations")
            .FirstOrDefault()
            ?.GetObject("properties")
            ?.GetObject("subnet")
            ?.GetString("id");
        var id = cloud.Ids.Of(ResourceTypes.NetworkInterfaces, resourceGroup, name);
        // Azure adds a suffix to the configuration's name when an interface of that name is there already.
        for (var n = 1; cloud.Store.Find<NetworkInterface>(ResourceTypes.NetworkInterfaces, id) is not null; n++)
            id = cloud.Ids.Of(ResourceTypes.NetworkInterfaces, resourceGroup, $"{name}-{vmName}-{n}");
        var nic = new NetworkInterface(cloud, id, resourceGroup, id.Split('/')[^1], subnet) { VirtualMachine = vmId };
        cloud.Store.Add(nic, atOnce);
        return (nic, Reference(id, configuration.GetObject("properties")?.GetString("deleteOption") ?? "Detach"));
    }

    private void CheckOsDisk(string resourceGroup, JsonObject asked)
    {
        if (asked.GetString("createOption") is not (null or "FromImage"))
            throw ArmErrors.InvalidParameter(
                "osDisk.createOption",
                $"The value '{asked["createOption"]}' of parameter 'osDisk.createOption' is invalid, or not simulated."
            );
        if (asked.GetInt32("diskSizeGB") is < 1 or > 4095)
            throw ArmErrors.InvalidParameter(
                "osDisk.diskSizeGB",
                $"The value '{asked["diskSizeGB"]}' of parameter 'osDisk.diskSizeGB' is invalid."
            );
        asked.GetObject("managedDisk")?.GetString("storageAccountType");
        asked.GetString("deleteOption");
        if (asked.GetString("name") is not { } name)
            return;
        ResourceNames.Check(name, "osDisk.name");
        if (cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, cloud.Ids.Of(ResourceTypes.Disks, resourceGroup, name)) is not null)
            throw ArmErrors.Of(
                409,
                "ConflictingUserInput",
                $"Disk {name} already exists in resource group {resourceGroup}. Only CreateOption.Attach is supported.",
                "osDisk"
            );
    }

    private JsonObject OsDisk(string vmId, string resourceGroup, string vmName, JsonObject asked, bool atOnce)
    {
        var name =
            asked.GetString("name") ?? $"{vmName[..Math.Min(vmName.Length, 30)]}_OsDisk_1_{cloud.Latency.Identifier(vmId + "/osdisk"):N}";
        var sku = asked.GetObject("managedDisk")?.GetString("storageAccountType") ?? "Premium_LRS";
        var id = cloud.Ids.Of(ResourceTypes.Disks, resourceGroup, name);
        var disk = DiskFactory.Create(
            cloud,
            new DiskDescription
            {
                Id = id,
                ResourceGroup = resourceGroup,
                Name = name,
                SizeGB = asked.GetInt32("diskSizeGB") ?? 30,
                Sku = sku,
            }
        );
        disk.Properties["osType"] = "Linux";
        disk.Properties["creationData"] = new JsonObject { ["createOption"] = "FromImage" };
        disk.Attached(vmId, allocated: true);
        cloud.Store.Add(disk, atOnce);

        var osDisk = (JsonObject)asked.DeepClone();
        osDisk["osType"] = "Linux";
        osDisk["name"] = name;
        osDisk["createOption"] ??= "FromImage";
        osDisk["caching"] ??= "ReadWrite";
        osDisk["diskSizeGB"] = disk.SizeGB;
        osDisk["deleteOption"] ??= "Detach";
        osDisk["managedDisk"] = new JsonObject { ["storageAccountType"] = sku, ["id"] = id };
        return osDisk;
    }

    private static JsonObject Reference(string id, string deleteOption) =>
        new()
        {
            ["id"] = id,
            ["properties"] = new JsonObject { ["primary"] = true, ["deleteOption"] = deleteOption },
        };
}
