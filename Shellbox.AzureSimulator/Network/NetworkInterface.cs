using System.Net;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Network;

internal sealed class NetworkInterface : Resource
{
    /// <summary>Takes an address for it.</summary>
    public NetworkInterface(SimulatedCloud cloud, string id, string resourceGroup, string name, string? subnet)
        : base(id, ResourceTypes.NetworkInterfaces, resourceGroup, name, cloud.Location)
    {
        Address = cloud.Instances.TakeAddress();
        Properties = new JsonObject
        {
            ["provisioningState"] = "Succeeded",
            ["ipConfigurations"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "ipconfig1",
                    ["id"] = id + "/ipConfigurations/ipconfig1",
                    ["type"] = "Microsoft.Network/networkInterfaces/ipConfigurations",
                    ["properties"] = new JsonObject
                    {
                        ["provisioningState"] = "Succeeded",
                        ["privateIPAddress"] = Address.ToString(),
                        ["privateIPAllocationMethod"] = "Dynamic",
                        ["privateIPAddressVersion"] = "IPv4",
                        ["primary"] = true,
                        ["subnet"] = subnet is null ? null : new JsonObject { ["id"] = subnet },
                    },
                }
            ),
            ["enableAcceleratedNetworking"] = false,
            ["enableIPForwarding"] = false,
            ["nicType"] = "Standard",
        };
    }

    public IPAddress Address { get; }

    /// <summary>The id of the VM that has it.</summary>
    public string? VirtualMachine { get; set; }

    protected override bool ShowsETag => true;

    protected override void CompleteProperties(JsonObject properties, DateTimeOffset now)
    {
        if (VirtualMachine is not null)
            properties["virtualMachine"] = new JsonObject { ["id"] = VirtualMachine };
    }
}
