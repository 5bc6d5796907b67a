using Azure;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Functions.Connect;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>Connects and releases whose instance is dead, or whose VM is gone: it is left behind. The instances have no guests.</summary>
public sealed class DeadInstanceTests(AzuriteFixture azurite)
{
    private const string Here = "vm-0001";
    private const string There = "vm-0002";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("deleted", BoxState.Running)]
    [InlineData("deleted", BoxState.Attached)]
    [InlineData("deallocated", BoxState.Attached)]
    [InlineData("stopped", BoxState.Running)]
    [InlineData("crashed", BoxState.Held)]
    public async Task A_box_whose_instance_is_dead_is_connected_on_another(string death, BoxState state)
    {
        await using var cloud = await Cloud().StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), state);
        var dead = box.InstanceId!;
        await cloud.UntilHolderIsAsync(dead);
        var vm = Vm(cloud, dead);
        await TestCloud.WhenIdleAsync(() =>
            death switch
            {
                "deleted" => vm.DeleteAsync(WaitUntil.Completed, cancellationToken: Cancel),
                "deallocated" => vm.DeallocateAsync(WaitUntil.Completed, cancellationToken: Cancel),
                "stopped" => vm.PowerOffAsync(WaitUntil.Completed, cancellationToken: Cancel),
                _ => cloud.Azure.CrashAsync(dead),
            }
        );

        var result = await cloud.ConnectAsync(expectedTier: "cold");

        var alive = dead == Here ? There : Here;
        Assert.Equal(alive, (string)result["instanceId"]!);
        var row = (await cloud.Get<InstanceStore>().FindAsync(dead, Cancel))!;
        Assert.Equal((InstanceState.Quarantined, null), (row.State, row.ClaimedBy));
        Assert.Contains(dead, row.QuarantineReason, StringComparison.Ordinal);
        await cloud.UntilHolderIsAsync(alive);
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e.Kind == "instance-left" && e.InstanceId == dead);
    }

    [Fact]
    public async Task A_box_whose_VM_is_gone_is_released_and_can_be_connected()
    {
        await using var cloud = await Cloud().StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running);
        await TestCloud.WhenIdleAsync(() => Vm(cloud, box.InstanceId!).DeleteAsync(WaitUntil.Completed, cancellationToken: Cancel));

        Assert.Equal("stopped", (string)(await cloud.DisconnectAsync())["state"]!);

        Assert.Equal(InstanceState.Quarantined, (await cloud.Get<InstanceStore>().FindAsync(box.InstanceId!, Cancel))!.State);
        await cloud.ConnectAsync(expectedTier: "cold");
    }

    [Fact]
    public async Task A_connect_gives_up_after_three_dead_instances_and_the_rest_stay_in_service()
    {
        await using var cloud = await Cloud().Instances(4).StartAsync();
        for (var n = 1; n <= 4; n++)
            await cloud.Azure.CrashAsync($"vm-000{n}");

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
        await using var cloud = await Cloud().TimeScale(5).StartAsync();
        var instances = cloud.Get<InstanceStore>();
        var other = cloud.Key("other");
        Assert.NotNull(await instances.TryClaimAsync(Here, new BoxOperation(other, "op", new Epoch(1)), "vol-other", Cancel));
        await cloud.Azure.CrashAsync(There);
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.FailOperationAtEnd, Operation = "VirtualMachines_Update" });

        var connect = cloud.ConnectAsync(expectedTier: "cold");
        await Wait.UntilAsync(
            () => instances.FindAsync(There, Cancel),
            row => row!.State is InstanceState.Quarantined,
            "the dead one is out of service"
        );
        Assert.True(await instances.TryFreeAsync(Here, new BoxOperation(other, "op", new Epoch(1)), Cancel));

        Assert.Equal(Here, (string)(await connect)["instanceId"]!);
        await Wait.UntilAsync(
            async () =>
                await cloud
                    .Client.GetAllInstancesAsync()
                    .Where(i => i.Name == nameof(WatchAttachOrchestration))
                    .OrderBy(i => i.CreatedAt)
                    .ToListAsync(Cancel),
            watches => watches.Count == 2 && watches[0].IsCompleted,
            "the first attach was watched to its end"
        );
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e is { Kind: "attach-operation-failed", InstanceId: There });
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync())["state"]!);
    }

    private TestCloudBuilder Cloud() => TestCloud.With(azurite).Instances(2).BareInstances().TimeScale(200);

    private static VirtualMachineResource Vm(TestCloud cloud, string name) =>
        cloud
            .Get<ArmConnection>()
            .Client.GetVirtualMachineResource(
                VirtualMachineResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, name)
            );
}
