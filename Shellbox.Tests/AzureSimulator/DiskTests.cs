using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Compute.Models;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Managed disks and snapshots through the SDK's clients.</summary>
public sealed class DiskTests
{
    [Fact]
    public async Task A_disk_is_created_grown_tagged_and_deleted()
    {
        await using var azure = await TestAzure.StartAsync();
        var disks = azure.ResourceGroup.GetManagedDisks();
        var wanted = Disk(DiskCreateOption.Empty, 4);
        wanted.Tags["shellbox:role"] = "volume";
        wanted.Sku = new DiskSku { Name = DiskStorageAccountType.PremiumLrs };
        wanted.IsOptimizedForFrequentAttach = true;

        var made = await TestAzure.EndAsync(disks.CreateOrUpdateAsync(WaitUntil.Started, "vol", wanted, TestAzure.Cancel));
        var patch = new ManagedDiskPatch { DiskSizeGB = 8 };
        patch.Tags["shellbox:status"] = "free";
        var grown = await TestAzure.EndAsync(made.UpdateAsync(WaitUntil.Started, patch, TestAzure.Cancel));
        var read = (await disks.GetAsync("vol", TestAzure.Cancel)).Value.Data;

        Assert.Equal((4, 8), (made.Data.DiskSizeGB, grown.Data.DiskSizeGB));
        Assert.Equal("Succeeded", read.ProvisioningState);
        Assert.Equal(
            ("Premium_LRS", true, "Unattached"),
            (read.Sku.Name.ToString(), read.IsOptimizedForFrequentAttach, read.DiskState.ToString())
        );
        Assert.Equal(["shellbox:status"], read.Tags.Keys);
        Assert.Equal(8L << 30, read.DiskSizeBytes);
        Assert.NotNull(read.UniqueId);

        await TestAzure.EndAsync(made.DeleteAsync(WaitUntil.Started, TestAzure.Cancel));
        Assert.False(await disks.ExistsAsync("vol", TestAzure.Cancel));
        Assert.Equal(204, (await azure.SendAsync("DELETE", $"{azure.Disk("vol")}?api-version={TestAzure.DisksVersion}")).Status);
    }

    [Fact]
    public async Task A_disk_does_not_shrink()
    {
        await using var azure = await TestAzure.StartAsync();
        var disk = await TestAzure.EndAsync(
            azure
                .ResourceGroup.GetManagedDisks()
                .CreateOrUpdateAsync(WaitUntil.Started, "vol", Disk(DiskCreateOption.Empty, 8), TestAzure.Cancel)
        );

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            disk.UpdateAsync(WaitUntil.Started, new ManagedDiskPatch { DiskSizeGB = 4 }, TestAzure.Cancel)
        );

        Assert.Equal((409, "OperationNotAllowed"), (refused.Status, refused.ErrorCode));
    }

    [Fact]
    public async Task A_snapshot_of_a_disk_becomes_a_disk_again()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(disks: ["golden"]));
        var snapshots = azure.ResourceGroup.GetSnapshots();
        var wanted = new SnapshotData(AzureLocation.WestEurope)
        {
            CreationData = new DiskCreationData(DiskCreateOption.Copy) { SourceResourceId = azure.DiskResource("golden").Id },
            Incremental = true,
        };

        var snapshot = await TestAzure.EndAsync(snapshots.CreateOrUpdateAsync(WaitUntil.Started, "golden-1", wanted, TestAzure.Cancel));
        var copy = Disk(DiskCreateOption.Copy, null);
        copy.CreationData.SourceResourceId = snapshot.Id;
        var disk = await TestAzure.EndAsync(
            azure.ResourceGroup.GetManagedDisks().CreateOrUpdateAsync(WaitUntil.Started, "vol", copy, TestAzure.Cancel)
        );
        var listed = await TestAzure.ListAsync(snapshots.GetAllAsync(TestAzure.Cancel));

        Assert.Equal((1, true), (snapshot.Data.DiskSizeGB, snapshot.Data.Incremental));
        Assert.Equal("golden-1", Assert.Single(listed).Data.Name);
        Assert.Equal(1, disk.Data.DiskSizeGB);
        Assert.Equal(snapshot.Id, disk.Data.CreationData.SourceResourceId);

        await TestAzure.EndAsync(snapshot.DeleteAsync(WaitUntil.Started, TestAzure.Cancel));
        Assert.False(await snapshots.ExistsAsync("golden-1", TestAzure.Cancel));
    }

    [Fact]
    public async Task A_disk_from_an_image_says_which_image()
    {
        await using var azure = await TestAzure.StartAsync();
        var disks = azure.ResourceGroup.GetManagedDisks();
        var image =
            $"{azure.Subscription}/Providers/Microsoft.Compute/Locations/westeurope/Publishers/Debian"
            + "/ArtifactTypes/VMImage/Offers/debian-12/Skus/12-gen2/Versions/0.1";
        var wanted = Disk(DiskCreateOption.FromImage, null);
        wanted.CreationData.ImageReference = new ImageDiskReference { Id = new ResourceIdentifier(image) };

        var disk = await TestAzure.EndAsync(disks.CreateOrUpdateAsync(WaitUntil.Started, "os", wanted, TestAzure.Cancel));
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            disks.CreateOrUpdateAsync(WaitUntil.Started, "none", Disk(DiskCreateOption.FromImage, null), TestAzure.Cancel)
        );

        Assert.Equal(30, disk.Data.DiskSizeGB);
        Assert.Equal(image, disk.Data.CreationData.ImageReference.Id.ToString());
        Assert.Equal((400, "InvalidParameter"), (refused.Status, refused.ErrorCode));
    }

    [Theory]
    [InlineData("""{"properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}""", 400, "LocationRequired")]
    [InlineData("""{"location":"westeurope"}""", 400, "InvalidParameter")]
    [InlineData("""{"location":"westeurope","properties":{}}""", 400, "InvalidParameter")]
    [InlineData("""{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"}}}""", 400, "InvalidParameter")]
    [InlineData(
        """{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":0}}""",
        400,
        "InvalidParameter"
    )]
    [InlineData(
        """{"location":"westeurope","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":"4"}}""",
        400,
        "InvalidRequestContent"
    )]
    [InlineData("""{"location":"westeurope","properties":{"creationData":{"createOption":"Copy"}}}""", 400, "InvalidParameter")]
    [InlineData(
        """{"location":"westeurope","properties":{"creationData":{"createOption":"Copy","sourceResourceId":"/nowhere"}}}""",
        404,
        "NotFound"
    )]
    [InlineData("""{"location":"westeurope","properties":{"creationData":{"createOption":"Teleport"}}}""", 400, "InvalidParameter")]
    [InlineData(
        """{"location":"mars","properties":{"creationData":{"createOption":"Empty"},"diskSizeGB":4}}""",
        400,
        "LocationNotAvailableForResourceType"
    )]
    public async Task What_is_no_disk_is_refused(string body, int status, string code)
    {
        await using var azure = await TestAzure.StartAsync();

        var refused = await azure.SendAsync("PUT", $"{azure.Disk("vol")}?api-version={TestAzure.DisksVersion}", body);

        Assert.Equal((status, code), (refused.Status, refused.Code));
        Assert.Equal(404, (await azure.SendAsync("GET", $"{azure.Disk("vol")}?api-version={TestAzure.DisksVersion}")).Status);
    }

    private static ManagedDiskData Disk(DiskCreateOption option, int? sizeGB) =>
        new(AzureLocation.WestEurope) { CreationData = new DiskCreationData(option), DiskSizeGB = sizeGB };
}
