using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>
/// Connects that find the volume on another VM than the box is to run on: what is somebody else's is left alone, what was left on an
/// instance of the pool is taken off. The instances have no guests.
/// </summary>
public sealed class VolumeHolderTests(AzuriteFixture azurite)
{
    private const string Here = "vm-0001";
    private const string There = "vm-0002";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_volume_on_a_VM_that_is_not_the_boxs_to_use_stays_there_and_the_connect_says_where(bool anotherBoxs)
    {
        await using var cloud = await Cloud().StartAsync();
        var instances = cloud.Get<InstanceStore>();
        var placement = await AttachAsync(cloud, There);
        var other = cloud.Key("other");
        await ChooseAsync(cloud, Here);
        if (anotherBoxs)
        {
            Assert.NotNull(await instances.TryClaimAsync(There, new BoxOperation(other, "op", new Epoch(1)), "vol-other", Cancel));
        }
        else
        {
            await cloud.Get<StateTables>().Instances.DeleteEntityAsync((await instances.FindAsync(There, Cancel))!, ETag.All, Cancel);
        }

        var detail = await TestCloud.RefusedAsync(409, "volume-attached-elsewhere", cloud.PostConnectAsync(wait: 200));

        Assert.Contains(There, detail, StringComparison.Ordinal);
        Assert.DoesNotContain(other.BoxName, detail.Replace("another", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync())["state"]!);
        Assert.Equal(InstanceState.Free, (await instances.FindAsync(Here, Cancel))!.State);
        Assert.Equal(anotherBoxs ? other : null, (await instances.FindAsync(There, Cancel))?.ClaimedBy);
        Assert.Equal(There, await cloud.HolderAsync());
        Assert.Contains(
            await cloud.EventsAsync(cloud.Key()),
            e => e.Kind == "connect-failed" && e.Detail!.Contains(There, StringComparison.Ordinal)
        );

        await DetachAsync(cloud, placement);
        Assert.Equal(Here, (string)(await cloud.ConnectAsync(expectedTier: "cold"))["instanceId"]!);
    }

    [Fact]
    public async Task A_volume_that_is_taken_off_there_a_moment_later_is_connected()
    {
        // So long between two looks that the test is through before the last.
        await using var cloud = await Cloud().Setting("Shellbox:Azure:OperationPollInterval", "00:00:03").StartAsync();
        var placement = await AttachAsync(cloud, There);
        Assert.NotNull(
            await cloud
                .Get<InstanceStore>()
                .TryClaimAsync(There, new BoxOperation(cloud.Key("other"), "op", new Epoch(1)), "vol-other", Cancel)
        );

        var accepted = await cloud.PostConnectAsync();
        await UntilStatusAsync(cloud, accepted, "update-and-attach", There);
        await DetachAsync(cloud, placement);

        Assert.Equal(Here, (string)(await cloud.ConnectAsync(expectedTier: "cold"))["instanceId"]!);
    }

    [Theory]
    [InlineData(InstanceState.Free)]
    [InlineData(InstanceState.Quarantined)]
    [InlineData(InstanceState.Removing)]
    public async Task A_volume_that_was_left_on_an_instance_which_no_box_has_is_taken_off_and_connected(InstanceState state)
    {
        await using var cloud = await Cloud().StartAsync();
        var instances = cloud.Get<InstanceStore>();
        await AttachAsync(cloud, There);
        await ChooseAsync(cloud, Here);
        if (state is InstanceState.Quarantined)
            Assert.True(await instances.TryQuarantineFreeAsync((await instances.FindAsync(There, Cancel))!, "It was odd.", Cancel));
        else if (state is InstanceState.Removing)
            Assert.NotNull(await instances.TryBeginRemovalAsync(There, "removal", null, Cancel));
        var guest = Path.Combine(cloud.Azure.InstanceRoot(There)!, "run", "bare", "vol-dev33", "guest");
        Directory.CreateDirectory(Path.GetDirectoryName(guest)!);
        await File.WriteAllTextAsync(guest, "", Cancel);
        var hang = cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.HangOperation,
                Operation = "VirtualMachines_Update",
                Resource = There,
            }
        );

        var accepted = await cloud.PostConnectAsync();

        await UntilStatusAsync(cloud, accepted, "detach-volume", There);
        Assert.Equal(state is InstanceState.Free ? InstanceState.Claimed : state, (await instances.FindAsync(There, Cancel))!.State);
        cloud.Azure.Faults.Remove(hang);
        var result = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal(Here, (string)result["instanceId"]!);
        Assert.False(File.Exists(guest), "the guest was ended first");
        await cloud.UntilHolderIsAsync(Here);
        var left = (await instances.FindAsync(There, Cancel))!;
        Assert.Equal((state, null), (left.State, left.ClaimedBy));
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e is { Kind: "instance-left", InstanceId: There });
    }

    [Theory]
    [InlineData(BoxState.Stopped)]
    [InlineData(BoxState.Running)]
    public async Task A_box_whose_volume_was_left_on_an_instance_which_no_box_has_is_deleted(BoxState state)
    {
        await using var cloud = await Cloud().StartAsync();
        var instances = cloud.Get<InstanceStore>();
        await AttachAsync(cloud, There);
        if (state is BoxState.Running)
        {
            // By its rows the box runs on an instance that does not have its disk.
            await ChooseAsync(cloud, Here);
            var begun = await cloud
                .Get<BoxStore>()
                .DecideConnectAsync(cloud.Key(), new ConnectCommand("over", "session", "ssh-ed25519 AAAA"), Cancel);
            Assert.NotNull(await instances.TryClaimAsync(Here, new BoxOperation(cloud.Key(), "over", begun.Epoch), "vol-dev33", Cancel));
            await cloud
                .Get<BoxStore>()
                .CompleteConnectAsync(
                    new BoxOperation(cloud.Key(), "over", begun.Epoch),
                    new GuestAddress("127.0.0.1", 2222, "ssh-ed25519 AAAA"),
                    Cancel
                );
        }

        var deleted = await cloud.DeleteAsync();

        Assert.True(deleted.StatusCode is System.Net.HttpStatusCode.NoContent, await deleted.Content.ReadAsStringAsync(Cancel));
        Assert.False(await cloud.HasDiskAsync("vol-dev33"));
        foreach (var instance in new[] { Here, There })
            Assert.Equal(InstanceState.Free, (await instances.FindAsync(instance, Cancel))!.State);
    }

    private TestCloudBuilder Cloud() => TestCloud.With(azurite).Instances(2).BareInstances().TimeScale(200);

    private static ResourceIdentifier Disk(TestCloud cloud) => new(cloud.DiskId("vol-dev33"));

    /// <summary>Attaches the box's volume behind the app's back.</summary>
    private static async Task<Placement> AttachAsync(TestCloud cloud, string instanceId)
    {
        var instance = (await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!;
        await cloud.Get<ComputeInstances>().BeginAttachAsync(instance.PlacementAt(0), Disk(cloud), ShellboxTags.Of(instance), Cancel);
        await cloud.UntilHolderIsAsync(instanceId);
        return instance.PlacementAt(0);
    }

    private static async Task DetachAsync(TestCloud cloud, Placement placement)
    {
        await TestCloud.WhenIdleAsync(() =>
            cloud.Get<ComputeInstances>().BeginDetachAsync(placement.ResourceId, Disk(cloud), new Dictionary<string, string>(), Cancel)
        );
        await cloud.UntilHolderIsAsync(null);
    }

    /// <summary>Lets the box's next connect begin with that instance: an earlier one had chosen it and came no further.</summary>
    private static async Task ChooseAsync(TestCloud cloud, string instanceId)
    {
        var box = (await cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel))!;
        (box.InstanceId, box.Lun) = (instanceId, 0);
        await cloud.Get<StateTables>().Boxes.UpdateEntityAsync(box, box.ETag, TableUpdateMode.Replace, Cancel);
    }

    private static Task<JsonNode> UntilStatusAsync(TestCloud cloud, HttpResponseMessage accepted, string step, string named) =>
        Wait.UntilAsync(
            () => cloud.GetStatusAsync(accepted.Headers.Location!.ToString()),
            s =>
                (string?)s["customStatus"]?["step"] == step
                && ((string)s["customStatus"]!["detail"]!).Contains(named + ",", StringComparison.Ordinal),
            $"the status says that it waits for {named}"
        );
}
