using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Compute;

/// <summary>Builds managed disks.</summary>
internal static class DiskModel
{
    public static ManagedDisk Create(
        SimulatedCloud cloud,
        string id,
        string type,
        string resourceGroup,
        string name,
        int sizeGB,
        string sku,
        string state
    )
    {
        var kind = type == ResourceTypes.Snapshots ? "snapshot~" : "";
        var disk = new ManagedDisk(id, type, resourceGroup, name, cloud.Location)
        {
            SizeGB = sizeGB,
            FileName = cloud.FileName(resourceGroup, kind + name),
        };
        disk.TopLevel["sku"] = new JsonObject { ["name"] = sku, ["tier"] = sku.Split('_')[0] };
        disk.Properties = new JsonObject
        {
            ["creationData"] = new JsonObject { ["createOption"] = "Empty" },
            ["encryption"] = new JsonObject { ["type"] = "EncryptionAtRestWithPlatformKey" },
            ["networkAccessPolicy"] = "AllowAll",
            ["publicNetworkAccess"] = "Enabled",
            ["timeCreated"] = ManagedDisk.Timestamp(cloud.Clock.Now),
            ["uniqueId"] = cloud.Latency.Identifier(id).ToString(),
            ["provisioningState"] = state,
        };
        return disk;
    }
}
