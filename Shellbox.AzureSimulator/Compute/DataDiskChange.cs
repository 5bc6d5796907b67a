using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>
/// What a new list of data disks means for a VM: the list is the whole truth, so what it leaves out is detached. Reading the
/// request checks it and changes nothing; the caller holds the store's gate until the change is applied.
/// </summary>
internal sealed class DataDiskChange
{
    public sealed record Attachment(int Lun, ManagedDisk Disk, JsonObject Entry);

    public sealed record NewDisk(int Lun, DiskDescription Disk);

    /// <summary>The VM whose list it is.</summary>
    public sealed record Target(string Name, string ResourceGroup, string Size);

    /// <summary>The disks that the VM did not have before.</summary>
    public List<Attachment> Attach { get; } = [];

    /// <summary>The disks that the VM will not have any more.</summary>
    public List<Attachment> Detach { get; } = [];

    /// <summary>Empty disks that the request creates along with the attach.</summary>
    public List<NewDisk> Create { get; } = [];

    /// <summary>The list as the VM's model shows it from now on.</summary>
    public JsonArray Entries { get; } = [];

    public static DataDiskChange None(VirtualMachine vm)
    {
        var change = new DataDiskChange();
        foreach (var entry in vm.DataDisks)
            change.Entries.Add(entry!.DeepClone());
        return change;
    }

    /// <exception cref="ArmException">The list is not valid, or a disk in it cannot be had.</exception>
    public static DataDiskChange Read(SimulatedCloud cloud, Target vm, JsonArray current, JsonArray requested)
    {
        var change = new DataDiskChange();
        var had = current.Select(e => (JsonObject)e!).ToDictionary(e => DiskId(e)!, StringComparer.OrdinalIgnoreCase);
        var luns = new HashSet<int>();
        var kept = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var node in requested)
        {
            var asked = node as JsonObject ?? throw ArmErrors.InvalidParameter("dataDisks", "The value of parameter dataDisks is invalid.");
            var lun = Lun(asked);
            var id = DiskId(asked) ?? ByNameOrLun(asked, lun, had.Values);
            if (asked.GetBoolean("toBeDetached") == true)
                continue;
            if (!luns.Add(lun))
                throw ArmErrors.InvalidParameter(
                    "dataDisk.lun",
                    $"The value '{lun}' of parameter 'dataDisk.lun' is used by more than one data disk."
                );
            if (id is not null && !kept.Add(id))
                throw ArmErrors.InvalidParameter("dataDisk.managedDisk.id", $"Disk '{id}' is there more than once.");

            if (id is not null && had.TryGetValue(id, out var entry))
            {
                if (Lun(entry) != lun)
                    throw ArmErrors.PropertyChangeNotAllowed("dataDisk.lun");
                change.Entries.Add(Merge((JsonObject)entry.DeepClone(), asked));
            }
            else if (id is not null)
            {
                change.AddAttachment(cloud, vm.Name, lun, id, asked);
            }
            else
            {
                change.AddNewDisk(cloud, vm, lun, asked);
            }
        }

        var maximum = VirtualMachineSize.Of(vm.Size).MaximumDataDisks;
        if (change.Entries.Count > maximum)
            throw ArmErrors.TooManyDataDisks(maximum);
        foreach (var (id, entry) in had)
        {
            if (kept.Contains(id))
                continue;
            if (cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, id) is { } disk)
                change.Detach.Add(new Attachment(Lun(entry), disk, entry));
        }

        return change;
    }

    public static string? DiskId(JsonObject entry) => entry.GetObject("managedDisk")?.GetString("id");

    public static int Lun(JsonObject entry) =>
        entry["lun"] is JsonValue value && value.TryGetValue<int>(out var lun) && lun is >= 0 and <= 63
            ? lun
            : throw ArmErrors.InvalidParameter(
                "dataDisk.lun",
                entry["lun"] is null
                    ? "Required parameter 'dataDisk.lun' is missing (null)."
                    : $"The value '{entry["lun"]}' of parameter 'dataDisk.lun' is invalid."
            );

    private static string? ByNameOrLun(JsonObject asked, int lun, IEnumerable<JsonObject> had)
    {
        var name = asked.GetString("name");
        var found = had.FirstOrDefault(e =>
            name is not null ? string.Equals((string?)e["name"], name, StringComparison.OrdinalIgnoreCase) : Lun(e) == lun
        );
        return found is null ? null : DiskId(found);
    }

    private void AddAttachment(SimulatedCloud cloud, string vmName, int lun, string id, JsonObject asked)
    {
        if (!ResourceIds.TryParse(id, out var parts) || !string.Equals(parts.Type, ResourceTypes.Disks, StringComparison.OrdinalIgnoreCase))
            throw ArmErrors.InvalidParameter(
                "dataDisk.managedDisk.id",
                $"The value '{id}' of parameter 'dataDisk.managedDisk.id' is invalid."
            );
        if (asked.GetString("createOption") is not (null or "Attach"))
            throw ArmErrors.InvalidParameter(
                "dataDisk.createOption",
                $"The value '{asked["createOption"]}' of parameter 'dataDisk.createOption' is invalid: a disk that exists is "
                    + "attached with 'Attach'."
            );
        var disk = cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, id) ?? throw ArmErrors.ReferenceNotFound("Disk", id, "dataDisk");
        if (disk.IsBeingDetached)
            throw ArmErrors.AttachDiskWhileBeingDetached(disk.Name, vmName);
        if (disk.Owner is not null)
            throw ArmErrors.DiskOwnedByAnother(disk.Name, disk.Owner);
        var entry = Entry(lun, disk, asked.GetString("createOption") ?? "Attach");
        Merge(entry, asked);
        Entries.Add(entry);
        Attach.Add(new Attachment(lun, disk, entry));
    }

    private void AddNewDisk(SimulatedCloud cloud, Target vm, int lun, JsonObject asked)
    {
        if (asked.GetString("createOption") != "Empty")
            throw ArmErrors.MissingParameter("dataDisk.managedDisk.id");
        if (asked["diskSizeGB"] is not JsonValue value || !value.TryGetValue<int>(out var size) || size is < 1 or > 65536)
            throw ArmErrors.InvalidParameter(
                "dataDisk.diskSizeGB",
                $"The value '{asked["diskSizeGB"]}' of parameter 'dataDisk.diskSizeGB' is invalid."
            );
        var name =
            asked.GetString("name")
            ?? $"{vm.Name[..Math.Min(vm.Name.Length, 30)]}_disk{lun}_{cloud.Latency.Identifier(vm.Name + "/datadisk" + lun):N}";
        ResourceNames.Check(name, "dataDisk.name");
        var id = cloud.Ids.Of(ResourceTypes.Disks, vm.ResourceGroup, name);
        if (cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, id) is not null)
            throw ArmErrors.Of(
                409,
                "ConflictingUserInput",
                $"Disk {name} already exists in resource group {vm.ResourceGroup}. Only CreateOption.Attach is supported.",
                "dataDisk"
            );
        var sku = asked.GetObject("managedDisk")?.GetString("storageAccountType") ?? "Premium_LRS";
        var description = new DiskDescription
        {
            Id = id,
            ResourceGroup = vm.ResourceGroup,
            Name = name,
            SizeGB = size,
            Sku = sku,
        };
        Create.Add(new NewDisk(lun, description));
        var entry = new JsonObject
        {
            ["lun"] = lun,
            ["name"] = name,
            ["createOption"] = "Empty",
            ["caching"] = "None",
            ["managedDisk"] = new JsonObject { ["id"] = id, ["storageAccountType"] = sku },
            ["diskSizeGB"] = size,
            ["deleteOption"] = "Detach",
            ["toBeDetached"] = false,
        };
        Merge(entry, asked);
        Entries.Add(entry);
    }

    public static JsonObject Entry(int lun, ManagedDisk disk, string createOption) =>
        new()
        {
            ["lun"] = lun,
            ["name"] = disk.Name,
            ["createOption"] = createOption,
            ["caching"] = "None",
            ["managedDisk"] = new JsonObject
            {
                ["id"] = disk.Id,
                ["storageAccountType"] = (string?)(disk.TopLevel["sku"] as JsonObject)?["name"] ?? "Premium_LRS",
            },
            ["diskSizeGB"] = disk.SizeGB,
            ["deleteOption"] = "Detach",
            ["toBeDetached"] = false,
        };

    private static JsonObject Merge(JsonObject entry, JsonObject asked)
    {
        foreach (var member in new[] { "caching", "writeAcceleratorEnabled", "deleteOption", "detachOption" })
        {
            if (asked[member] is { } value)
                entry[member] = value.DeepClone();
        }

        return entry;
    }
}
