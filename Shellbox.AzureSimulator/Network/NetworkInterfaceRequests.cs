using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Network;

/// <summary>Network interfaces as far as a VM needs one: no networks, subnets or public addresses stand behind them.</summary>
internal sealed class NetworkInterfaceRequests(SimulatedCloud cloud)
{
    public IEnumerable<ArmRoute> Routes()
    {
        const string Subscription = "/subscriptions/{subscription}";
        const string Group = Subscription + "/resourceGroups/{resourceGroup}";
        const string All = "/providers/Microsoft.Network/networkInterfaces";
        yield return new("NetworkInterfaces_Get", "GET " + Group + All + "/{name}", ApiVersions.NetworkInterfaces, RequestKind.Read, Get);
        yield return new("NetworkInterfaces_List", "GET " + Group + All, ApiVersions.NetworkInterfaces, RequestKind.List, List);
        yield return new("NetworkInterfaces_ListAll", "GET " + Subscription + All, ApiVersions.NetworkInterfaces, RequestKind.List, List);
        yield return new(
            "NetworkInterfaces_CreateOrUpdate",
            "PUT " + Group + All + "/{name}",
            ApiVersions.NetworkInterfaces,
            RequestKind.Write,
            Put
        );
        yield return new(
            "NetworkInterfaces_Delete",
            "DELETE " + Group + All + "/{name}",
            ApiVersions.NetworkInterfaces,
            RequestKind.Delete,
            Delete
        );
    }

    private Task<ArmResponse> Get(ArmCall call)
    {
        lock (cloud.Store.Gate)
            return Task.FromResult(
                ArmResponse.Resource(cloud.Store.Get<NetworkInterface>(ResourceTypes.NetworkInterfaces, Id(call)).Render(cloud.Clock.Now))
            );
    }

    private Task<ArmResponse> List(ArmCall call) =>
        Task.FromResult(ResourceList.Page<NetworkInterface>(cloud, call, ResourceTypes.NetworkInterfaces, n => n.Render(cloud.Clock.Now)));

    private Task<ArmResponse> Put(ArmCall call)
    {
        ResourceNames.Check(call.Name, "networkInterface.name");
        var body = call.Body();
        cloud.CheckLocation(body, ResourceTypes.NetworkInterfaces);
        var configuration =
            (body.GetObject("properties") ?? throw ArmErrors.MissingParameter("properties")).GetObjects("ipConfigurations").FirstOrDefault()
            ?? throw ArmErrors.MissingParameter("properties.ipConfigurations");
        var subnet = configuration.GetObject("properties")?.GetObject("subnet")?.GetString("id");
        lock (cloud.Store.Gate)
        {
            var nic = cloud.Store.Find<NetworkInterface>(ResourceTypes.NetworkInterfaces, Id(call));
            call.CheckConditions(nic, Id(call));
            var isNew = nic is null;
            nic ??= new NetworkInterface(cloud, Id(call), call.ResourceGroup, call.Name, subnet);
            nic.SetTags(Tags.TagRules.Check(body.GetObject("tags")));
            if (isNew)
            {
                cloud.Store.Add(nic);
            }
            else
            {
                nic.Touch();
                cloud.Store.Publish(nic);
            }

            return Task.FromResult(ArmResponse.Resource(nic.Render(cloud.Clock.Now), isNew ? 201 : 200));
        }
    }

    private Task<ArmResponse> Delete(ArmCall call)
    {
        lock (cloud.Store.Gate)
        {
            var nic = cloud.Store.Find<NetworkInterface>(ResourceTypes.NetworkInterfaces, Id(call));
            if (nic is null)
                return Task.FromResult(ArmResponse.NoContent());
            call.CheckConditions(nic, nic.Id);
            if (nic.VirtualMachine is not null)
                throw ArmErrors.Of(
                    400,
                    "NicInUse",
                    $"Network Interface {nic.Id} is used by existing resource {nic.VirtualMachine}. In order to delete the "
                        + "network interface, it must be dissociated from the resource."
                );
            cloud.Store.Remove(nic);
            cloud.Instances.ReturnAddress(nic.Address);
            return Task.FromResult(new ArmResponse(200));
        }
    }

    private string Id(ArmCall call) => cloud.Ids.Of(ResourceTypes.NetworkInterfaces, call.ResourceGroup, call.Name);
}
