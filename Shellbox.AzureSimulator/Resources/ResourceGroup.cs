using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.Resources;

internal sealed class ResourceGroup : Resource
{
    public ResourceGroup(string id, string name, string location)
        : base(id, ResourceTypes.ResourceGroups, name, name, location) =>
        Properties = new JsonObject { ["provisioningState"] = "Succeeded" };
}
