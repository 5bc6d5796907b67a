using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Resources;
using Shellbox.AzureSimulator.Tags;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Reading and changing virtual machines.</summary>
internal sealed class VirtualMachineRequests(SimulatedCloud cloud)
{
    private readonly VirtualMachineUpdate _update = new(cloud);
    private readonly VirtualMachineCreation _creation = new(cloud);
    private readonly VirtualMachineDeletion _deletion = new(cloud);
    private readonly VirtualMachinePower _power = new(cloud);
    private readonly RunCommand _runCommand = new(cloud);

    public IEnumerable<ArmRoute> Routes()
    {
        const string Subscription = "/subscriptions/{subscription}";
        const string Group = Subscription + "/resourceGroups/{resourceGroup}";
        const string All = "/providers/Microsoft.Compute/virtualMachines";
        const string One = Group + All + "/{name}";
        yield return Route("Get", "GET", One, RequestKind.Read, Get);
        yield return Route("InstanceView", "GET", One + "/instanceView", RequestKind.Read, InstanceView);
        yield return Route("List", "GET", Group + All, RequestKind.List, List);
        yield return Route("ListAll", "GET", Subscription + All, RequestKind.List, List);
        yield return Route("CreateOrUpdate", "PUT", One, RequestKind.Write, Put);
        yield return Route("Update", "PATCH", One, RequestKind.Write, Patch);
        yield return Route("AttachDetachDataDisks", "POST", One + "/attachDetachDataDisks", RequestKind.Write, AttachDetach);
        yield return Route("Delete", "DELETE", One, RequestKind.Delete, Delete);
        yield return Route("Start", "POST", One + "/start", RequestKind.Action, call => Locked(call, vm => _power.Start(call, vm)));
        yield return Route(
            "PowerOff",
            "POST",
            One + "/powerOff",
            RequestKind.Action,
            call => Locked(call, vm => _power.PowerOff(call, vm))
        );
        yield return Route(
            "Deallocate",
            "POST",
            One + "/deallocate",
            RequestKind.Delete,
            call => Locked(call, vm => _power.Deallocate(call, vm))
        );
        yield return Route("Restart", "POST", One + "/restart", RequestKind.Action, call => Locked(call, vm => _power.Restart(call, vm)));
        yield return Route("RunCommand", "POST", One + "/runCommand", RequestKind.Action, RunCommand);
    }

    private static ArmRoute Route(
        string name,
        string method,
        string template,
        RequestKind kind,
        Func<ArmCall, Task<ArmResponse>> handler
    ) => new("VirtualMachines_" + name, $"{method} {template}", ApiVersions.VirtualMachines, kind, handler);

    private Task<ArmResponse> Get(ArmCall call)
    {
        var expand = call.Query("$expand");
        if (
            expand is not null
            && !expand.Equals("instanceView", StringComparison.OrdinalIgnoreCase)
            && !expand.Equals("userData", StringComparison.OrdinalIgnoreCase)
        )
            throw ArmErrors.InvalidParameter("$expand", $"The value '{expand}' of parameter '$expand' is invalid.");
        return Locked(
            call,
            vm =>
            {
                var body = vm.Render(cloud.Clock.Now);
                if (string.Equals(expand, "instanceView", StringComparison.OrdinalIgnoreCase))
                    ((JsonObject)body["properties"]!)["instanceView"] = vm.InstanceView(cloud.Clock.Now);
                return ArmResponse.Resource(body);
            }
        );
    }

    private Task<ArmResponse> InstanceView(ArmCall call) => Locked(call, vm => ArmResponse.Ok(vm.InstanceView(cloud.Clock.Now)));

    private Task<ArmResponse> List(ArmCall call) =>
        Task.FromResult(ResourceList.Page<VirtualMachine>(cloud, call, ResourceTypes.VirtualMachines, vm => vm.Render(cloud.Clock.Now)));

    private Task<ArmResponse> Put(ArmCall call)
    {
        ResourceNames.Check(call.Name, "virtualMachine.name");
        var body = call.Body();
        cloud.CheckLocation(body, ResourceTypes.VirtualMachines);
        lock (cloud.Store.Gate)
        {
            var vm = cloud.Store.Find<VirtualMachine>(ResourceTypes.VirtualMachines, Id(call));
            call.CheckConditions(vm, Id(call));
            return Task.FromResult(vm is null ? _creation.Begin(call, Id(call), body) : Change(call, vm, body));
        }
    }

    private Task<ArmResponse> Patch(ArmCall call)
    {
        var body = call.Body();
        return Locked(call, vm => Change(call, vm, body));
    }

    /// <summary>
    /// PATCH and PUT of a VM that exists: members that are there replace what the VM has; the data disks as a whole list.
    /// </summary>
    private ArmResponse Change(ArmCall call, VirtualMachine vm, JsonObject body)
    {
        call.CheckConditions(vm, vm.Id);
        var tags = TagRules.Check(body.GetObject("tags"));
        var properties = body.GetObject("properties") ?? [];
        var size = properties.GetObject("hardwareProfile")?.GetString("vmSize") ?? vm.Size;
        if (
            properties.GetObject("osProfile")?.GetString("adminUsername") is { } admin
            && admin != vm.Properties.GetObject("osProfile")?.GetString("adminUsername")
        )
            throw ArmErrors.PropertyChangeNotAllowed("osProfile.adminUsername");
        var requested = properties.GetObject("storageProfile")?.GetArray("dataDisks");
        CheckIdle(vm, requested);
        var change = requested is null
            ? DataDiskChange.None(vm)
            : DataDiskChange.Read(cloud, new(vm.Name, vm.ResourceGroup, size), vm.DataDisks, requested);

        if (body.ContainsKey("tags"))
            vm.SetTags(tags);
        Merge(vm, body, properties, size);
        var operation = _update.Begin(call, vm, change);
        return call.Begin(operation, 200, vm.Render(cloud.Clock.Now), withLocation: false);
    }

    private static void Merge(VirtualMachine vm, JsonObject body, JsonObject properties, string size)
    {
        vm.Properties["hardwareProfile"] = new JsonObject { ["vmSize"] = size };
        foreach (var member in new[] { "identity", "zones", "plan", "extendedLocation" })
        {
            if (body[member] is { } value)
                vm.TopLevel[member] = value.DeepClone();
        }

        foreach (
            var member in new[]
            {
                "diagnosticsProfile",
                "securityProfile",
                "additionalCapabilities",
                "licenseType",
                "priority",
                "evictionPolicy",
                "billingProfile",
                "scheduledEventsProfile",
                "applicationProfile",
                "extensionsTimeBudget",
            }
        )
        {
            if (properties[member] is { } value)
                vm.Properties[member] = value.DeepClone();
        }
    }

    private async Task<ArmResponse> AttachDetach(ArmCall call)
    {
        if (string.CompareOrdinal(call.ApiVersion, "2024-03-01") < 0)
            throw ArmErrors.Of(
                400,
                "NoRegisteredProviderFound",
                $"No registered resource provider found for location '{cloud.Location}' and API version '{call.ApiVersion}' "
                    + "for type 'virtualMachines/attachDetachDataDisks'. The supported api-versions are '2024-03-01, 2024-07-01, "
                    + "2024-11-01'."
            );
        var body = call.Body();
        return await Locked(
            call,
            vm =>
            {
                call.CheckConditions(vm, vm.Id);
                var requested = Requested(vm, body);
                CheckIdle(vm, requested);
                var change = DataDiskChange.Read(cloud, new(vm.Name, vm.ResourceGroup, vm.Size), vm.DataDisks, requested);
                var operation = _update.Begin(call, vm, change);
                operation.Result = () =>
                {
                    lock (cloud.Store.Gate)
                        return vm.Render(cloud.Clock.Now)["properties"]!["storageProfile"]!.DeepClone();
                };
                return call.Begin(operation, 202, null, withLocation: true);
            }
        );
    }

    /// <summary>What the difference (dataDisksToAttach, dataDisksToDetach) makes of the present list.</summary>
    private static JsonArray Requested(VirtualMachine vm, JsonObject body)
    {
        var list = (JsonArray)vm.DataDisks.DeepClone();
        foreach (var leaving in body.GetObjects("dataDisksToDetach"))
        {
            var id = leaving.GetString("diskId") ?? throw ArmErrors.MissingParameter("dataDisksToDetach.diskId");
            var entry =
                list.FirstOrDefault(e => string.Equals(DataDiskChange.DiskId((JsonObject)e!), id, StringComparison.OrdinalIgnoreCase))
                ?? throw ArmErrors.InvalidParameter("dataDisksToDetach.diskId", $"Disk '{id}' is not attached to VM '{vm.Name}'.");
            list.Remove(entry);
        }

        foreach (var coming in body.GetObjects("dataDisksToAttach"))
        {
            var id = coming.GetString("diskId") ?? throw ArmErrors.MissingParameter("dataDisksToAttach.diskId");
            var taken = list.Select(e => DataDiskChange.Lun((JsonObject)e!)).ToHashSet();
            var entry = new JsonObject
            {
                ["lun"] = coming.GetInt32("lun") ?? Enumerable.Range(0, 64).First(l => !taken.Contains(l)),
                ["createOption"] = "Attach",
                ["managedDisk"] = new JsonObject { ["id"] = id },
            };
            foreach (var member in new[] { "caching", "deleteOption", "writeAcceleratorEnabled" })
            {
                if (coming[member] is { } value)
                    entry[member] = value.DeepClone();
            }

            list.Add(entry);
        }

        return list;
    }

    /// <exception cref="ArmException">409: one operation at a time runs on a VM.</exception>
    private void CheckIdle(VirtualMachine vm, JsonArray? requested)
    {
        if (!vm.IsBusy)
            return;
        // The disk that is on its way out is named before the VM that is busy with it, as Azure does (kubernetes#78657).
        foreach (var entry in (requested ?? []).OfType<JsonObject>())
        {
            if (
                DataDiskChange.DiskId(entry) is { } id
                && cloud.Store.Find<ManagedDisk>(ResourceTypes.Disks, id) is { IsBeingDetached: true } disk
            )
                throw ArmErrors.AttachDiskWhileBeingDetached(disk.Name, vm.Name);
        }

        throw ArmErrors.Conflict();
    }

    private Task<ArmResponse> Delete(ArmCall call)
    {
        lock (cloud.Store.Gate)
        {
            var vm = cloud.Store.Find<VirtualMachine>(ResourceTypes.VirtualMachines, Id(call));
            return Task.FromResult(vm is null ? ArmResponse.NoContent() : _deletion.Begin(call, vm));
        }
    }

    private Task<ArmResponse> RunCommand(ArmCall call)
    {
        var body = call.Body();
        return Locked(call, vm => _runCommand.Begin(call, vm, body));
    }

    private Task<ArmResponse> Locked(ArmCall call, Func<VirtualMachine, ArmResponse> answer)
    {
        lock (cloud.Store.Gate)
            return Task.FromResult(answer(cloud.Store.Get<VirtualMachine>(ResourceTypes.VirtualMachines, Id(call))));
    }

    private string Id(ArmCall call) => cloud.Ids.Of(ResourceTypes.VirtualMachines, call.ResourceGroup, call.Name);
}
