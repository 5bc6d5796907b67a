using System.Text.Json.Nodes;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>
/// Bodies with the fields that the REST reference documents: what is put is what is read, in whatever language the client is
/// written. What the service computes comes on top; secrets do not come back.
/// </summary>
public sealed class RoundTripTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJzjTDoz8YsmJyqBXw+pQTYRAgl0eVEa7zY/n1ZRlCrP somebody";

    [Fact]
    public async Task A_VM_is_read_as_it_was_put()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(disks: ["data"]));
        var nic = $"{azure.Group}/providers/Microsoft.Network/networkInterfaces/existing";
        Assert.Equal(
            201,
            (
                await azure.SendAsync(
                    "PUT",
                    $"{nic}?api-version=2023-09-01",
                    """
                    {"location":"westeurope",
                     "properties":{"ipConfigurations":[{"name":"ipconfig1","properties":{"subnet":{"id":"/subnets/a"}}}]}}
                    """
                )
            ).Status
        );
        var body = $$"""
            {
              "location": "westeurope", "tags": { "shellbox:role": "instance" }, "zones": [ "1" ],
              "identity": { "type": "SystemAssigned" },
              "plan": { "name": "n", "product": "p", "publisher": "q" },
              "properties": {
                "hardwareProfile": { "vmSize": "Standard_D4s_v5" },
                "storageProfile": {
                  "imageReference": { "publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest" },
                  "osDisk": { "name": "os", "caching": "ReadOnly", "createOption": "FromImage", "diskSizeGB": 64, "deleteOption": "Delete",
                              "managedDisk": { "storageAccountType": "StandardSSD_LRS" } },
                  "dataDisks": [
                    { "lun": 0, "name": "data", "createOption": "Attach", "caching": "ReadOnly", "deleteOption": "Detach",
                      "managedDisk": { "id": "{{azure.Disk(
                "data"
            )}}" } },
                    { "lun": 5, "name": "fresh", "createOption": "Empty", "diskSizeGB": 16, "caching": "None",
                      "managedDisk": { "storageAccountType": "Premium_LRS" } } ]
                },
                "osProfile": {
                  "computerName": "vm-0001", "adminUsername": "shellbox", "allowExtensionOperations": true,
                  "linuxConfiguration": { "disablePasswordAuthentication": true, "provisionVMAgent": true,
                    "patchSettings": { "patchMode": "ImageDefault" },
                    "ssh": { "publicKeys": [ { "path": "/home/shellbox/.ssh/authorized_keys", "keyData": "{{Key}}" } ] } }
                },
                "networkProfile": { "networkInterfaces": [
                    { "id": "{{nic}}", "properties": { "primary": true, "deleteOption": "Detach" } } ] },
                "diagnosticsProfile": { "bootDiagnostics": { "enabled": true } },
                "securityProfile": { "securityType": "TrustedLaunch", "uefiSettings": { "secureBootEnabled": true, "vTpmEnabled": true } },
                "additionalCapabilities": { "ultraSSDEnabled": false },
                "priority": "Spot", "evictionPolicy": "Deallocate", "billingProfile": { "maxPrice": -1 },
                "scheduledEventsProfile": { "terminateNotificationProfile": { "enable": true, "notBeforeTimeout": "PT10M" } },
                "extensionsTimeBudget": "PT30M"
              }
            }
            """;

        var read = await PutAsync(azure, azure.VirtualMachine("vm-0001"), "2024-07-01", body);

        AssertContains(JsonNode.Parse(body)!, read, "$");
        Assert.Equal("Succeeded", (string?)read["properties"]!["provisioningState"]);
        Assert.True(Guid.TryParse((string?)read["properties"]!["vmId"], out _));
        Assert.Equal(
            azure.VirtualMachine("vm-0001"),
            (string?)(await azure.GetAsync(nic, "2023-09-01"))["properties"]!["virtualMachine"]!["id"]
        );
    }

    [Fact]
    public async Task Secrets_do_not_come_back()
    {
        await using var azure = await TestAzure.StartAsync();

        var read = await PutAsync(
            azure,
            azure.VirtualMachine("vm-0001"),
            "2024-07-01",
            """
            {"location":"westeurope","properties":{"hardwareProfile":{"vmSize":"Standard_D2s_v5"},"userData":"dXNlcg==",
             "storageProfile":{"osDisk":{"createOption":"FromImage"}},
             "osProfile":{"computerName":"vm","adminUsername":"a","adminPassword":"s3cret-Pa55","customData":"Y3VzdG9t"},
             "networkProfile":{"networkApiVersion":"2022-11-01","networkInterfaceConfigurations":[{"name":"nic",
              "properties":{"primary":true}}]}}}
            """
        );

        Assert.DoesNotContain("s3cret", read.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Y3VzdG9t", read.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("dXNlcg", read.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "disks",
        "vol",
        """
            {"location":"westeurope","tags":{"a":"b"},"zones":["1"],"sku":{"name":"PremiumV2_LRS"},
             "properties":{"creationData":{"createOption":"Empty","logicalSectorSize":4096},"diskSizeGB":32,"diskIOPSReadWrite":4000,
              "diskMBpsReadWrite":200,
              "encryption":{"type":"EncryptionAtRestWithPlatformKey"},"networkAccessPolicy":"DenyAll","publicNetworkAccess":"Disabled",
               "maxShares":1,
              "optimizedForFrequentAttach":true,"osType":"Linux","hyperVGeneration":"V2","supportsHibernation":false,"tier":"P4"}}
            """
    )]
    [InlineData(
        "disks",
        "vol",
        """{"location":"westeurope","properties":{"creationData":{"createOption":"Copy","sourceResourceId":"{source}"},"diskSizeGB":8}}"""
    )]
    [InlineData(
        "disks",
        "vol",
        """
            {"location":"West Europe",
             "properties":{"creationData":{"createOption":"FromImage","galleryImageReference":{"id":"/galleries/g/images/i/versions/1"}},
                           "osType":"Linux"}}
            """
    )]
    [InlineData(
        "snapshots",
        "snap",
        """
            {"location":"westeurope","tags":{"a":"b"},"sku":{"name":"Standard_ZRS"},
             "properties":{"incremental":true,"creationData":{"createOption":"Copy","sourceResourceId":"{source}"}}}
            """
    )]
    public async Task A_disk_and_a_snapshot_are_read_as_they_were_put(string type, string name, string body)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(disks: ["source"]));
        body = body.Replace("{source}", azure.Disk("source"), StringComparison.Ordinal);

        var read = await PutAsync(azure, $"{azure.Group}/providers/Microsoft.Compute/{type}/{name}", TestAzure.DisksVersion, body);

        var expected = JsonNode.Parse(body)!;
        expected["location"] = "westeurope";
        AssertContains(expected, read, "$");
        Assert.Equal(
            ("Succeeded", "Unattached"),
            ((string?)read["properties"]!["provisioningState"], (string?)read["properties"]!["diskState"])
        );
        Assert.Equal($"Microsoft.Compute/{type}", (string?)read["type"]);
    }

    [Fact]
    public async Task Paths_have_no_case()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        var upper = await azure.SendAsync("GET", azure.VirtualMachine("vm-0001").ToUpperInvariant() + "?api-version=2024-07-01");
        var lower = await azure.SendAsync("GET", azure.VirtualMachine("vm-0001").ToLowerInvariant() + "?api-version=2024-07-01");

        Assert.Equal((200, "vm-0001"), (upper.Status, (string?)upper.Body!["name"]));
        Assert.Equal(azure.VirtualMachine("vm-0001"), (string?)lower.Body!["id"]);
    }

    private static async Task<JsonObject> PutAsync(TestAzure azure, string path, string version, string body)
    {
        await azure.EndAsync(await azure.SendAsync("PUT", $"{path}?api-version={version}", body));
        return await azure.GetAsync(path, version);
    }

    private static void AssertContains(JsonNode expected, JsonNode? actual, string path)
    {
        Assert.True(actual is not null, $"{path} is missing");
        switch (expected)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                    AssertContains(member!, actual[name], $"{path}.{name}");
                break;
            case JsonArray entries:
                Assert.Equal(entries.Count, ((JsonArray)actual).Count);
                for (var n = 0; n < entries.Count; n++)
                    AssertContains(entries[n]!, actual[n], $"{path}[{n}]");
                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: {expected} became {actual}");
                break;
        }
    }
}
