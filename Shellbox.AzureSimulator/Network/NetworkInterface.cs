using System.Net;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Network;

internal sealed class NetworkInterface : Resource
{
    public NetworkInterface(string id, string resourceGroup, string name, string location, IPAddress address, string? subnet)
        : base(id, ResourceTypes.NetworkInterfaces, resourceGroup, name, location)
    {
        Address = address;
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
                        ["privateIPAddress"] = address.ToString(),
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
