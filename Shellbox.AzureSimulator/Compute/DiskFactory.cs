using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Builds managed disks.</summary>
internal static class DiskFactory
{
    public static ManagedDisk Create(SimulatedCloud cloud, DiskDescription description)
    {
        var kind = description.Type == ResourceTypes.Snapshots ? "snapshot~" : "";
        var disk = new ManagedDisk(description.Id, description.Type, description.ResourceGroup, description.Name, cloud.Location)
        {
            SizeGB = description.SizeGB,
            FileName = cloud.FileName(description.ResourceGroup, kind + description.Name),
        };
        var sku = description.Sku;
        disk.TopLevel["sku"] = new JsonObject { ["name"] = sku, ["tier"] = sku.Split('_')[0] };
        disk.Properties = new JsonObject
        {
            ["creationData"] = new JsonObject { ["createOption"] = "Empty" },
            ["encryption"] = new JsonObject { ["type"] = "EncryptionAtRestWithPlatformKey" },
            ["networkAccessPolicy"] = "AllowAll",
            ["publicNetworkAccess"] = "Enabled",
            ["timeCreated"] = ManagedDisk.Timestamp(cloud.Clock.Now),
            ["uniqueId"] = cloud.Latency.Identifier(description.Id).ToString(),
            ["provisioningState"] = description.ProvisioningState,
        };
        return disk;
    }
}
