using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Functions.Orchestrations;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>
/// Connects that find the volume on another VM than the box is to run on, or an instance that is dead: what is somebody else's is left alone, what is the pool's own is
/// taken off, and what is dead is left behind. The instances have no guests.
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
        await using var cloud = await StartAsync();
        var instances = cloud.Get<InstanceStore>();
        var placement = await AttachAsync(cloud, There);
        var other = cloud.Key("other");
        await ChooseAsync(cloud, Here);
        if (anotherBoxs)
        {
            Assert.NotNull(await instances.TryClaimAsync(There, other, "op", 1, "vol-other", Cancel));
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
        Assert.Equal(There, await HolderAsync(cloud));
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e.Kind == "connect-failed" && e.Detail!.Contains(There, StringComparison.Ordinal));

        await DetachAsync(cloud, placement);
        Assert.Equal(Here, (string)(await cloud.ConnectAsync(expectedTier: "cold"))["instanceId"]!);
    }

    [Fact]
    public async Task A_volume_that_is_taken_off_there_a_moment_later_is_connected()
    {
        // So long between two looks that the test is through before the last.
        await using var cloud = await StartAsync(settings: new() { ["Shellbox:Azure:OperationPollInterval"] = "00:00:03" });
        var placement = await AttachAsync(cloud, There);
        Assert.NotNull(await cloud.Get<InstanceStore>().TryClaimAsync(There, cloud.Key("other"), "op", 1, "vol-other", Cancel));

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
        await using var cloud = await StartAsync();
        var instances = cloud.Get<InstanceStore>();
        await AttachAsync(cloud, There);
        await ChooseAsync(cloud, Here);
        if (state is InstanceState.Quarantined) Assert.True(await instances.TryQuarantineFreeAsync((await instances.FindAsync(There, Cancel))!, "It was odd.", Cancel));
        else if (state is InstanceState.Removing) Assert.NotNull(await instances.TryBeginRemovalAsync(There, "removal", null, Cancel));
        var guest = Path.Combine(cloud.Azure.InstanceRoot(There)!, "run", "bare", "vol-dev33", "guest");
        Directory.CreateDirectory(Path.GetDirectoryName(guest)!);
        await File.WriteAllTextAsync(guest, "", Cancel);
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangOperation, Operation = "VirtualMachines_Update", Resource = There });

        var accepted = await cloud.PostConnectAsync();

        await UntilStatusAsync(cloud, accepted, "detach-volume", There);
        Assert.Equal(state is InstanceState.Free ? InstanceState.Claimed : state, (await instances.FindAsync(There, Cancel))!.State);
        cloud.Azure.Faults.Remove(hang);
        var result = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal(Here, (string)result["instanceId"]!);
        Assert.False(File.Exists(guest), "the guest was ended first");
        await TestCloud.UntilAsync(() => HolderAsync(cloud), holder => holder == Here, "the disk is attached where the box runs");
        var left = (await instances.FindAsync(There, Cancel))!;
        Assert.Equal((state, null), (left.State, left.ClaimedBy));
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e is { Kind: "instance-left", InstanceId: There });
    }

    [Theory]
    [InlineData("deleted", BoxState.Running)]
    [InlineData("deleted", BoxState.Attached)]
    [InlineData("deallocated", BoxState.Attached)]
    [InlineData("stopped", BoxState.Running)]
    [InlineData("crashed", BoxState.Held)]
    public async Task A_box_whose_instance_is_dead_is_connected_on_another(string death, BoxState state)
    {
        await using var cloud = await StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), state);
        var dead = box.InstanceId!;
        await TestCloud.UntilAsync(() => HolderAsync(cloud), holder => holder == dead, "the disk is attached");
        var vm = Vm(cloud, dead);
        await WhenIdleAsync(() => death switch
        {
            "deleted" => vm.DeleteAsync(WaitUntil.Completed, cancellationToken: Cancel),
            "deallocated" => vm.DeallocateAsync(WaitUntil.Completed, cancellationToken: Cancel),
            "stopped" => vm.PowerOffAsync(WaitUntil.Completed, cancellationToken: Cancel),
            _ => cloud.Azure.CrashAsync(dead),
        });

        var result = await cloud.ConnectAsync(expectedTier: "cold");

        var alive = dead == Here ? There : Here;
        Assert.Equal(alive, (string)result["instanceId"]!);
        var row = (await cloud.Get<InstanceStore>().FindAsync(dead, Cancel))!;
        Assert.Equal((InstanceState.Quarantined, null), (row.State, row.ClaimedBy));
        Assert.Contains(dead, row.QuarantineReason, StringComparison.Ordinal);
        await TestCloud.UntilAsync(() => HolderAsync(cloud), holder => holder == alive, "the disk is attached where the box runs");
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e.Kind == "instance-left" && e.InstanceId == dead);
    }

    [Fact]
    public async Task A_box_whose_VM_is_gone_is_released_and_can_be_connected()
    {
        await using var cloud = await StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running);
        await WhenIdleAsync(() => Vm(cloud, box.InstanceId!).DeleteAsync(WaitUntil.Completed, cancellationToken: Cancel));

        Assert.Equal("stopped", (string)(await cloud.DisconnectAsync())["state"]!);

        Assert.Equal(InstanceState.Quarantined, (await cloud.Get<InstanceStore>().FindAsync(box.InstanceId!, Cancel))!.State);
        await cloud.ConnectAsync(expectedTier: "cold");
    }

    [Fact]
    public async Task A_connect_gives_up_after_three_dead_instances_and_the_rest_stay_in_service()
    {
        await using var cloud = await StartAsync(instances: 4);
        for (var n = 1; n <= 4; n++) await cloud.Azure.CrashAsync($"vm-000{n}");

        var detail = await TestCloud.RefusedAsync(500, "connect-failed", cloud.PostConnectAsync(wait: 200));

        Assert.Contains("does not answer SSH", detail, StringComparison.Ordinal);
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync())["state"]!);
        var counts = await cloud.Get<InstanceStore>().CountAsync(Cancel);
        Assert.Equal((3, 1), (counts[InstanceState.Quarantined], counts[InstanceState.Free]));
    }

    [Fact]
    public async Task An_attach_to_a_dead_instance_that_ARM_gives_up_later_is_no_reason_to_release_the_box_from_the_next()
    {
        // Slow enough for the instance to be known as dead before ARM reports anything.
        await using var cloud = await StartAsync(timeScale: 5);
        var instances = cloud.Get<InstanceStore>();
        var other = cloud.Key("other");
        Assert.NotNull(await instances.TryClaimAsync(Here, other, "op", 1, "vol-other", Cancel));
        await cloud.Azure.CrashAsync(There);
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.FailOperationAtEnd, Operation = "VirtualMachines_Update" });

        var connect = cloud.ConnectAsync(expectedTier: "cold");
        await TestCloud.UntilAsync(() => instances.FindAsync(There, Cancel), row => row!.State is InstanceState.Quarantined, "the dead one is out of service");
        Assert.True(await instances.TryFreeAsync(Here, other, 1, Cancel));

        Assert.Equal(Here, (string)(await connect)["instanceId"]!);
        await TestCloud.UntilAsync(
            async () => await cloud.Client.GetAllInstancesAsync().Where(i => i.Name == nameof(WatchAttachOrchestration)).OrderBy(i => i.CreatedAt).ToListAsync(Cancel),
            watches => watches.Count == 2 && watches[0].IsCompleted, "the first attach was watched to its end");
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e is { Kind: "attach-operation-failed", InstanceId: There });
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync())["state"]!);
    }

    private Task<TestCloud> StartAsync(int instances = 2, double timeScale = 200, Dictionary<string, string>? settings = null) =>
        TestCloud.StartAsync(azurite, instances: instances, timeScale: timeScale, settings: settings, script: TestCloud.BareInstance);

    private static VirtualMachineResource Vm(TestCloud cloud, string name) => cloud.Get<ArmConnection>().Client.GetVirtualMachineResource(
        VirtualMachineResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, name));

    /// <summary>ARM's fields may say that an operation is over a moment before ARM takes the next one.</summary>
    private static Task<bool> WhenIdleAsync(Func<Task> act) => TestCloud.UntilAsync(
        async () =>
        {
            try
            {
                await act();
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                return false;
            }
        },
        done => done, "ARM takes the operation");

    private static ResourceIdentifier Disk(TestCloud cloud) => new(cloud.DiskId("vol-dev33"));

    private static async Task<string?> HolderAsync(TestCloud cloud) => (await cloud.Get<ComputeInstances>().GetDiskHolderAsync(Disk(cloud), Cancel))?.Name;

    /// <summary>Attaches the box's volume behind the app's back.</summary>
    private static async Task<Placement> AttachAsync(TestCloud cloud, string instanceId)
    {
        var instance = (await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!;
        await cloud.Get<ComputeInstances>().BeginAttachAsync(instance.PlacementAt(0), Disk(cloud), ShellboxTags.Of(instance), Cancel);
        await TestCloud.UntilAsync(() => HolderAsync(cloud), holder => holder == instanceId, "the disk is attached");
        return instance.PlacementAt(0);
    }

    private static async Task DetachAsync(TestCloud cloud, Placement placement)
    {
        await WhenIdleAsync(() => cloud.Get<ComputeInstances>().BeginDetachAsync(placement.ResourceId, Disk(cloud), new Dictionary<string, string>(), Cancel));
        await TestCloud.UntilAsync(() => HolderAsync(cloud), holder => holder is null, "the disk is off");
    }

    /// <summary>Lets the box's next connect begin with that instance: an earlier one had chosen it and came no further.</summary>
    private static async Task ChooseAsync(TestCloud cloud, string instanceId)
    {
        var box = (await cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel))!;
        (box.InstanceId, box.Lun) = (instanceId, 0);
        await cloud.Get<StateTables>().Boxes.UpdateEntityAsync(box, box.ETag, TableUpdateMode.Replace, Cancel);
    }

    private static Task<JsonNode> UntilStatusAsync(TestCloud cloud, HttpResponseMessage accepted, string step, string named) => TestCloud.UntilAsync(
        () => cloud.GetStatusAsync(accepted.Headers.Location!.ToString()),
        s => (string?)s["customStatus"]?["step"] == step && ((string)s["customStatus"]!["detail"]!).Contains(named + ",", StringComparison.Ordinal),
        $"the status says that it waits for {named}");
}
