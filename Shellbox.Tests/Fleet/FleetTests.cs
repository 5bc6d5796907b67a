using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.ResourceManager.Compute;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Instances;
using Shellbox.Activities.State;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Fleet;

/// <summary>A fleet that is known by its tags alone: the old system's, or everything after the tables were lost.</summary>
public sealed class FleetTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_the_tables_were_lost_they_are_rebuilt_and_a_box_that_runs_goes_on_running()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).Boxes("dev33", "idle").StartAsync();
        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        await cloud.SshAsync(cold["endpoint"]!, "echo still-here > /dev/shm/note");
        await LoseTablesAsync(cloud);

        var report = await cloud.RecoverAsync();

        Assert.Equal("2 instances, 2 volumes, 2 boxes, 1 running, 0 skipped", Text(report));
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync("idle"))["state"]!);
        var box = await cloud.ShowBoxAsync();
        Assert.Equal(("running", (string)cold["instanceId"]!), ((string)box["state"]!, (string)box["instanceId"]!));
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);

        // Memory, not disk: the guest was not restarted, and the connect found it.
        var hot = await cloud.ConnectAsync(expectedTier: "hot");
        Assert.Equal("still-here\n", await cloud.SshAsync(hot["endpoint"]!, "cat /dev/shm/note"));
        Assert.Equal("0 instances, 0 volumes, 0 boxes, 0 running, 0 skipped", Text(await cloud.RecoverAsync()));
        Assert.Equal("stopped", (string)(await cloud.DisconnectAsync())["state"]!);
    }

    [Fact]
    public async Task What_tags_and_providers_do_not_decide_is_reported_and_the_rest_is_adopted_once()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(4)
            .Boxes("attached", "twice", "again", "silent", "left", "right")
            .Attached("attached", "vm-0001")
            .Attached("silent", "vm-0002")
            .Attached("left", "vm-0003")
            .Attached("right", "vm-0003")
            .Adopted(3)
            .TimeScale(1000)
            .StartAsync();
        Assert.Equal("attached", (string)(await cloud.ShowBoxAsync("attached"))["state"]!);
        await LoseTablesAsync(cloud);
        await NameBoxAsync(cloud, "vol-again", "twice");
        await cloud.Azure.RefuseSshAsync("vm-0002", cancellationToken: Cancel);

        // An sshd that has ended leaves the connections that are open.
        cloud.Get<InstanceShell>().Dispose();
        await NameInstanceAsync(cloud, "vm-0004", "quarantined");

        var report = await cloud.RecoverAsync();

        Assert.Equal("2 instances, 1 volumes, 1 boxes, 0 running, 7 skipped", Text(report));
        var reasons = report["skipped"]!
            .AsArray()
            .ToDictionary(s => ((string)s!["resourceId"]!).Split('/')[^1], s => (string)s!["reason"]!);
        Assert.Contains("vol-again, vol-twice", reasons["vol-twice"], StringComparison.Ordinal);
        Assert.Contains("vol-again, vol-twice", reasons["vol-again"], StringComparison.Ordinal);
        Assert.Contains("does not say whether the box's guest runs", reasons["vol-silent"], StringComparison.Ordinal);
        Assert.Contains("more than the one data disk", reasons["vol-left"], StringComparison.Ordinal);
        Assert.Contains("more than the one data disk", reasons["vol-right"], StringComparison.Ordinal);
        Assert.Contains("1 data disk(s) (vol-silent)", reasons["vm-0002"], StringComparison.Ordinal);
        Assert.Contains("2 data disk(s)", reasons["vm-0003"], StringComparison.Ordinal);
        Assert.Equal(InstanceState.Quarantined, (await cloud.Get<InstanceStore>().FindAsync("vm-0004", Cancel))!.State);
        var placed = (await cloud.Get<BoxStore>().FindAsync(cloud.Key("attached"), Cancel))!;
        Assert.Equal((BoxState.Attached, "vm-0001"), (placed.State, placed.InstanceId));
        Assert.Equal(cloud.Key("attached"), (await cloud.Get<InstanceStore>().FindAsync("vm-0001", Cancel))!.ClaimedBy);
        Assert.Equal("vm-0001", (await cloud.Get<VolumeStore>().FindAsync("vol-attached", Cancel))!.AttachedTo);

        // Whoever can be asked again is; what is known stays as it is.
        await cloud.Azure.RefuseSshAsync("vm-0002", refuse: false, Cancel);
        Assert.Equal("1 instances, 1 volumes, 1 boxes, 0 running, 5 skipped", Text(await cloud.RecoverAsync()));
        Assert.Equal("0 instances, 0 volumes, 0 boxes, 0 running, 5 skipped", Text(await cloud.RecoverAsync()));
        Assert.Equal(placed.ETag, (await cloud.Get<BoxStore>().FindAsync(cloud.Key("attached"), Cancel))!.ETag);
    }

    [Fact, Trait(DurableProvider.Trait, DurableProvider.Both)]
    public async Task Adopting_twice_registers_nothing_twice_and_says_what_it_left_out()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(2).Boxes("dev33", "Not_A_Name").StartAsync();

        var again = await cloud.AdoptAsync();

        Assert.Equal((0, 0), ((int)again["instances"]!, (int)again["volumes"]!));
        Assert.Contains("shellbox:boxname", (string)again["skipped"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    private static string Text(JsonNode report) =>
        $"{report["instances"]} instances, {report["volumes"]} volumes, {report["boxes"]} boxes, {report["running"]} running, "
        + $"{report["skippedCount"]} skipped";

    /// <summary>A table that is deleted cannot be made anew for a while in Azure; its rows are what matters.</summary>
    private static async Task LoseTablesAsync(TestCloud cloud)
    {
        var tables = cloud.Get<StateTables>();
        foreach (var table in new[] { tables.Boxes, tables.Instances, tables.Volumes, tables.Events })
        {
            await foreach (var row in table.QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey"], cancellationToken: Cancel))
            {
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, Cancel);
            }
        }
    }

    private static Task NameBoxAsync(TestCloud cloud, string volume, string box) =>
        MergeTagAsync(
            cloud,
            ManagedDiskResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, volume),
            ShellboxTags.BoxName,
            box
        );

    private static Task NameInstanceAsync(TestCloud cloud, string instance, string status) =>
        MergeTagAsync(
            cloud,
            VirtualMachineResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, instance),
            ShellboxTags.Status,
            status
        );

    private static async Task MergeTagAsync(TestCloud cloud, ResourceIdentifier resource, string name, string value)
    {
        var patch = new TagResourcePatch { PatchMode = TagPatchMode.Merge, TagValues = { [name] = value } };
        var tags = cloud.Get<ArmConnection>().Client.GetTagResource(TagResource.CreateResourceIdentifier(resource));
        await tags.UpdateAsync(WaitUntil.Completed, patch, Cancel);
        await Wait.UntilAsync(async () => await SeenAsync(), seen => seen == value, "the provider shows the tag");

        async Task<string?> SeenAsync() =>
            resource.ResourceType == VirtualMachineResource.ResourceType
                ? ShellboxTags.Find((await cloud.Get<ProviderReads>().FindVirtualMachineAsync(resource.ToString(), Cancel))!.Tags, name)
                : ShellboxTags.Find((await cloud.Get<ProviderReads>().FindDiskAsync(resource.ToString(), Cancel))!.Tags, name);
    }
}
