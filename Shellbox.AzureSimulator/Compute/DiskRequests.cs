using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;
using Shellbox.AzureSimulator.Tags;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Managed disks and snapshots.</summary>
internal sealed class DiskRequests(SimulatedCloud cloud)
{
    public IEnumerable<ArmRoute> Routes() =>
        [
            .. Routes("Disks", ResourceTypes.Disks, ApiVersions.Disks, "Disks_List"),
            .. Routes("Snapshots", ResourceTypes.Snapshots, ApiVersions.Snapshots, "Snapshots_List"),
        ];

    private IEnumerable<ArmRoute> Routes(string group, string type, ApiVersions versions, string listAll)
    {
        const string Subscription = "/subscriptions/{subscription}";
        const string Group = Subscription + "/resourceGroups/{resourceGroup}";
        var all = "/providers/" + type;
        yield return new(group + "_Get", "GET " + Group + all + "/{name}", versions, RequestKind.Read, call => Get(call, type));
        yield return new(group + "_ListByResourceGroup", "GET " + Group + all, versions, RequestKind.List, call => List(call, type));
        yield return new(listAll, "GET " + Subscription + all, versions, RequestKind.List, call => List(call, type));
        yield return new(group + "_CreateOrUpdate", "PUT " + Group + all + "/{name}", versions, RequestKind.Write, call => Put(call, type));
        yield return new(group + "_Update", "PATCH " + Group + all + "/{name}", versions, RequestKind.Write, call => Patch(call, type));
        yield return new(group + "_Delete", "DELETE " + Group + all + "/{name}", versions, RequestKind.Delete, call => Delete(call, type));
    }

    private Task<ArmResponse> Get(ArmCall call, string type)
    {
        lock (cloud.Store.Gate)
            return Task.FromResult(ArmResponse.Ok(cloud.Store.Get<ManagedDisk>(type, Id(call, type)).Render(cloud.Clock.Now)));
    }

    private Task<ArmResponse> List(ArmCall call, string type) =>
        Task.FromResult(ResourceList.Page<ManagedDisk>(cloud, call, type, d => d.Render(cloud.Clock.Now)));

    private Task<ArmResponse> Put(ArmCall call, string type)
    {
        ResourceNames.Check(call.Name, type == ResourceTypes.Disks ? "disk.name" : "snapshot.name");
        var body = call.Body();
        cloud.CheckLocation(body, type);
        var properties = body.GetObject("properties") ?? throw ArmErrors.MissingParameter("disk.properties");
        var tags = TagRules.Check(body.GetObject("tags"));
        lock (cloud.Store.Gate)
        {
            var disk = cloud.Store.Find<ManagedDisk>(type, Id(call, type));
            call.CheckConditions(disk, Id(call, type));
            return Task.FromResult(disk is null ? Create(call, type, body, properties, tags) : Update(call, disk, body, properties, tags));
        }
    }

    private ArmResponse Create(ArmCall call, string type, JsonObject body, JsonObject properties, JsonObject? tags)
    {
        var creation = properties.GetObject("creationData") ?? throw ArmErrors.MissingParameter("disk.properties.creationData");
        var option = creation.GetString("createOption") ?? throw ArmErrors.MissingParameter("disk.properties.creationData.createOption");
        ManagedDisk? source = null;
        switch (option)
        {
            case "Empty" when type == ResourceTypes.Disks:
                break;
            case "FromImage" when type == ResourceTypes.Disks:
                if ((creation.GetObject("imageReference") ?? creation.GetObject("galleryImageReference"))?.GetString("id") is null)
                    throw ArmErrors.MissingParameter("disk.properties.creationData.imageReference.id");
                break;
            case "Copy":
                var id =
                    creation.GetString("sourceResourceId")
                    ?? throw ArmErrors.MissingParameter("disk.properties.creationData.sourceResourceId");
                source = cloud.Store.FindAny(id) as ManagedDisk ?? throw ArmErrors.ReferenceNotFound("Resource", id, "sourceResourceId");
                break;
            default:
                throw ArmErrors.InvalidParameter(
                    "disk.properties.creationData.createOption",
                    $"The value '{option}' of parameter 'creationData.createOption' is invalid or not simulated."
                );
        }

        var size =
            properties.GetInt32("diskSizeGB")
            ?? source?.SizeGB
            ?? (option == "FromImage" ? 30 : throw ArmErrors.MissingParameter("disk.properties.diskSizeGB"));
        if (size is < 1 or > 65536)
            throw ArmErrors.InvalidParameter(
                "disk.properties.diskSizeGB",
                $"The value '{size}' of parameter 'disk.diskSizeGB' is out of range. Value '{size}' must be between '1' and "
                    + "'65536' inclusive."
            );
        if (source is not null && size < source.SizeGB)
            throw ArmErrors.InvalidParameter(
                "disk.properties.diskSizeGB",
                $"The size {size} GB is smaller than the source's {source.SizeGB} GB."
            );

        var disk = DiskFactory.Create(
            cloud,
            new DiskDescription
            {
                Id = Id(call, type),
                Type = type,
                ResourceGroup = call.ResourceGroup,
                Name = call.Name,
                SizeGB = size,
                Sku = body.GetObject("sku")?.GetString("name") ?? "Standard_LRS",
                ProvisioningState = "Updating",
            }
        );
        disk.SetTags(tags);
        ApplyTopLevel(disk, body);
        JsonMembers.MergeInto(disk.Properties, Settable(properties));
        disk.Properties["creationData"] = creation.DeepClone();
        cloud.Store.Add(disk);
        return Begin(
            call,
            disk,
            async stopping =>
            {
                if (source is not null)
                {
                    // A source without a file is a disk that was never attached or filled: its copy is as empty.
                    await cloud.DiskFiles.EnsureAsync(source.FileName, source.SizeGB, stopping);
                    await cloud.DiskFiles.CopyAsync(cloud.DiskFiles.PathOf(source.FileName), disk.FileName, size, stopping);
                }
                else
                {
                    await cloud.DiskFiles.EnsureAsync(disk.FileName, size, stopping);
                }
            }
        );
    }

    private Task<ArmResponse> Patch(ArmCall call, string type)
    {
        var body = call.Body();
        var tags = TagRules.Check(body.GetObject("tags"));
        lock (cloud.Store.Gate)
        {
            var disk = cloud.Store.Get<ManagedDisk>(type, Id(call, type));
            call.CheckConditions(disk, disk.Id);
            return Task.FromResult(Update(call, disk, body, body.GetObject("properties") ?? [], tags));
        }
    }

    private ArmResponse Update(ArmCall call, ManagedDisk disk, JsonObject body, JsonObject properties, JsonObject? tags)
    {
        if (properties.GetInt32("diskSizeGB") is { } size)
        {
            if (size < disk.SizeGB)
                throw ArmErrors.Of(
                    409,
                    "OperationNotAllowed",
                    $"New disk size {size} GB is smaller than the present one, {disk.SizeGB} GB. Shrinking disks is not supported.",
                    "disk.diskSizeGB"
                );
            disk.SizeGB = size;
        }

        if (body.ContainsKey("tags"))
            disk.SetTags(tags);
        ApplyTopLevel(disk, body);
        JsonMembers.MergeInto(disk.Properties, Settable(properties));
        disk.ProvisioningState = "Updating";
        disk.Touch();
        cloud.Store.Publish(disk);
        return Begin(call, disk, stopping => cloud.DiskFiles.GrowAsync(disk.FileName, disk.SizeGB, stopping));
    }

    private ArmResponse Begin(ArmCall call, ManagedDisk disk, Func<CancellationToken, Task> work)
    {
        var operation = call.CreateOperation("DiskOperations", disk.Id);
        var total = cloud.Latency.DiskWrite(disk.Id);
        operation.Result = () =>
        {
            lock (cloud.Store.Gate)
                return disk.Render(cloud.Clock.Now);
        };
        cloud.Operations.Run(
            operation,
            async stopping =>
            {
                await OperationTimeline.RunAsync(cloud.Clock, operation, total, [new(TimeSpan.Zero, work)], stopping);
                Finish("Succeeded");
            },
            _ => Finish("Failed")
        );
        return call.Begin(operation, 202, disk.Render(cloud.Clock.Now), withLocation: true);

        void Finish(string state)
        {
            lock (cloud.Store.Gate)
            {
                disk.ProvisioningState = state;
                if (!disk.IsDeleted)
                    cloud.Store.Publish(disk);
            }
        }
    }

    private Task<ArmResponse> Delete(ArmCall call, string type)
    {
        lock (cloud.Store.Gate)
        {
            var disk = cloud.Store.Find<ManagedDisk>(type, Id(call, type));
            if (disk is null)
                return Task.FromResult(ArmResponse.NoContent());
            call.CheckConditions(disk, disk.Id);
            // Only what Azure's own field says counts here, so a disk that is being attached can be deleted (kubernetes#82714).
            if (disk.State != "Unattached")
                throw ArmErrors.OperationNotAllowed($"Disk {disk.Name} is attached to VM {disk.ManagedBy}.");
            var operation = call.CreateOperation("DiskOperations", disk.Id);
            var total = cloud.Latency.DiskWrite(disk.Id);
            cloud.Operations.Run(
                operation,
                async stopping =>
                {
                    await OperationTimeline.RunAsync(cloud.Clock, operation, total, [], stopping);
                    Remove(disk);
                },
                static _ => { }
            );
            return Task.FromResult(call.Begin(operation, 202, null, withLocation: true));
        }
    }

    private void Remove(ManagedDisk disk)
    {
        lock (cloud.Store.Gate)
        {
            if (disk.State != "Unattached")
                throw ArmErrors.OperationNotAllowed($"Disk {disk.Name} is attached to VM {disk.ManagedBy}.");
            disk.IsDeleted = true;
            cloud.Store.Remove(disk);
            cloud.DiskFiles.Delete(disk.FileName);
        }
    }

    private string Id(ArmCall call, string type) => cloud.Ids.Of(type, call.ResourceGroup, call.Name);

    private static void ApplyTopLevel(ManagedDisk disk, JsonObject body)
    {
        if (body.GetObject("sku")?.GetString("name") is { } sku)
            disk.TopLevel["sku"] = new JsonObject { ["name"] = sku, ["tier"] = sku.Split('_')[0] };
        foreach (var member in new[] { "zones", "extendedLocation" })
        {
            if (body[member] is { } value)
                disk.TopLevel[member] = value.DeepClone();
        }
    }

    /// <summary>The properties that a client may set; what the service computes is left out.</summary>
    private static JsonObject Settable(JsonObject properties) =>
        new(
            properties
                .Where(p =>
                    p.Key
                        is not (
                            "provisioningState"
                            or "diskState"
                            or "timeCreated"
                            or "uniqueId"
                            or "diskSizeBytes"
                            or "creationData"
                            or "diskSizeGB"
                        )
                )
                .Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))
        );
}
