using System.Net;
using System.Net.Http.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Deletion;

/// <summary>Boxes that are deleted, whatever they are doing, and whatever fails.</summary>
public sealed class DeleteBoxTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_box_that_runs_and_one_that_is_connecting_are_ended_and_deleted_with_their_disks()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).Boxes("dev33", "other").StartAsync();
        var running = await cloud.ConnectAsync(expectedTier: "cold");
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });
        var connecting = await cloud.PostConnectAsync("other");
        await cloud.UntilFaultHitsAsync("the attach hangs");

        var deletes = Task.WhenAll(cloud.DeleteAsync(), cloud.DeleteAsync("other"));
        cloud.Azure.Faults.Remove(hang);

        Assert.All(await deletes, d => Assert.Equal(HttpStatusCode.NoContent, d.StatusCode));
        await AssertGoneAsync(cloud, "dev33");
        await AssertGoneAsync(cloud, "other");
        await Wait.UntilAsync(
            () => cloud.GetStatusAsync(connecting.Headers.Location!.ToString()),
            s => (string)s["runtimeStatus"]! == "Failed",
            "the connect ends"
        );
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
        using var tcp = new System.Net.Sockets.TcpClient();
        var endpoint = running["endpoint"]!;
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() =>
            tcp.ConnectAsync((string)endpoint["host"]!, (int)endpoint["port"]!, Cancel).AsTask()
        );
    }

    [Theory, Trait(DurableProvider.Trait, DurableProvider.Both)]
    [InlineData(BoxState.Stopped)]
    [InlineData(BoxState.Connecting)]
    [InlineData(BoxState.Running)]
    [InlineData(BoxState.Held)]
    [InlineData(BoxState.Releasing)]
    [InlineData(BoxState.Attached)]
    public async Task In_every_state_a_delete_frees_the_instance_and_deletes_the_disk_that_was_detached_before(BoxState state)
    {
        await using var cloud = await TestCloud.With(azurite).Boxes("dev33", "other").TimeScale(1000).StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), state);

        // The first try of the detach fails, at its end.
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.FailOperation, Operation = "VirtualMachines_Update" });

        var deleted = await cloud.DeleteAsync();

        Assert.True(deleted.StatusCode == HttpStatusCode.NoContent, await deleted.Content.ReadAsStringAsync(Cancel));
        await AssertGoneAsync(cloud, "dev33");
        Assert.True(await cloud.HasDiskAsync("vol-other"));
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e.Kind == "box-deleted");
        await TestCloud.RefusedAsync(404, "box-not-found", cloud.DeleteAsync());
    }

    [Theory, Trait(DurableProvider.Trait, DurableProvider.Sqlite)]
    [InlineData("VirtualMachines_Update", false)]
    [InlineData("VirtualMachines_Update", true)]
    [InlineData("Disks_Delete", false)]
    [InlineData("Disks_Delete", true)]
    public async Task A_delete_that_fails_says_why_holds_the_box_back_and_is_gone_on_with_by_the_next_request_or_the_sweep(
        string operation,
        bool sweep
    )
    {
        var time = new ShiftedTime();
        await using var cloud = await TestCloud.With(azurite).BlankVolumes(1).TimeScale(1000).Clock(time).StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Held);
        var fault = cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = operation,
                Count = null,
                Status = 403,
                Code = "AuthorizationFailed",
                Message = "The client may not do that.",
            }
        );

        var detail = await TestCloud.RefusedAsync(500, "delete-failed", cloud.DeleteAsync());

        Assert.Contains("The client may not do that.", detail, StringComparison.Ordinal);
        Assert.Equal("deleting", (string)(await cloud.ShowBoxAsync())["state"]!);
        Assert.True(await cloud.HasDiskAsync("vol-dev33"));
        Assert.Equal(operation == "Disks_Delete" ? 1 : 0, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
        Assert.Contains(
            await cloud.EventsAsync(cloud.Key()),
            e => e.Kind == "delete-failed" && e.Detail.Contains("The client may not do that.", StringComparison.Ordinal)
        );
        await TestCloud.RefusedAsync(409, "box-is-being-deleted", cloud.PostConnectAsync());
        await TestCloud.RefusedAsync(409, "box-is-being-deleted", cloud.PutAsync("dev33"));

        cloud.Azure.Faults.Remove(fault);
        if (sweep)
        {
            time.Shift(TimeSpan.FromMinutes(2));
            await cloud.SweepAsync();
            await Wait.UntilAsync(() => cloud.Get<BoxStore>().FindAsync(cloud.Key(), Cancel), b => b is null, "the box is deleted");
        }
        else
        {
            Assert.Equal(HttpStatusCode.NoContent, (await cloud.DeleteAsync()).StatusCode);
        }

        await AssertGoneAsync(cloud, "dev33");
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
        Assert.Equal(HttpStatusCode.Created, (await cloud.PutAsync("dev33")).StatusCode);
    }

    [Fact]
    public async Task A_box_that_was_given_by_half_is_deleted_and_does_not_come_back()
    {
        await using var cloud = await TestCloud.With(azurite).NoBoxes().BlankVolumes(1).TimeScale(1000).StartAsync();
        var boxes = cloud.Get<BoxStore>();
        var blank = await BoxInState.HeldBlankAsync(cloud, "blank-1");
        var given = (await boxes.TryAssignAsync(blank.Key, cloud.Key(), "put-dead", Cancel))!;
        await boxes.TryAddAssignedAsync(given, Cancel);

        Assert.Equal(HttpStatusCode.NoContent, (await cloud.DeleteAsync()).StatusCode);

        Assert.Empty(await boxes.ListBlanksAsync(Cancel).ToListAsync(Cancel));
        Assert.False(await cloud.HasDiskAsync("blank-1"));
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);

        // The giver was not dead but slow, and goes on with the promise as it read it.
        await cloud.Get<StateTables>().Boxes.AddEntityAsync(given, Cancel);
        await cloud.SweepAsync();
        Assert.Null(await boxes.FindAsync(cloud.Key(), Cancel));
        await Wait.UntilAsync(() => boxes.FindAsync(blank.Key, Cancel), b => b!.State is BoxState.Stopped, "the promise is taken back");
    }

    [Fact, Trait(DurableProvider.Trait, DurableProvider.Sqlite)]
    public async Task A_delete_during_a_release_takes_over_and_one_that_was_decided_but_never_started_is_started_by_the_sweep()
    {
        var time = new ShiftedTime();
        await using var cloud = await TestCloud.With(azurite).Instances(2).Boxes("dev33", "other").TimeScale(1000).Clock(time).StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running);
        await BoxInState.BringAsync(cloud, cloud.Key("other"), BoxState.Held);
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });
        var release = await cloud.Http.PostAsJsonAsync($"api/users/{cloud.User.Id}/boxes/dev33/disconnect", new { hold = 0 }, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, release.StatusCode);
        await cloud.UntilFaultHitsAsync("the release's detach hangs");

        var delete = cloud.DeleteAsync();
        await cloud.UntilBoxIsAsync("deleting");
        cloud.Azure.Faults.Remove(hang);
        Assert.Equal(HttpStatusCode.NoContent, (await delete).StatusCode);
        await AssertGoneAsync(cloud, "dev33");

        await cloud.Get<BoxStore>().DecideDeleteAsync(cloud.Key("other"), "delete-never-started", null, Cancel);
        await cloud.SweepAsync();
        Assert.Equal("delete-never-started", (string)(await cloud.ShowBoxAsync("other"))["operationId"]!);
        time.Shift(TimeSpan.FromMinutes(2));
        await cloud.SweepAsync();
        await Wait.UntilAsync(
            () => cloud.Get<BoxStore>().FindAsync(cloud.Key("other"), Cancel),
            b => b is null,
            "the other box is deleted"
        );
        await AssertGoneAsync(cloud, "other");
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_keeps_no_box_from_being_deleted_and_is_given_to_nobody_after_it()
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        var held = await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Held);
        var instance = (await cloud.Get<InstanceStore>().FindAsync(held.InstanceId!, Cancel))!;
        instance.HostKeyFingerprint = new string('A', 43);
        await cloud.Get<StateTables>().Instances.UpdateEntityAsync(instance, instance.ETag, cancellationToken: Cancel);

        Assert.Equal(HttpStatusCode.NoContent, (await cloud.DeleteAsync()).StatusCode);

        await AssertGoneAsync(cloud, "dev33");
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["quarantined"]!);
        Assert.Contains(await cloud.EventsAsync(null), e => e.Kind == "instance-quarantined");
    }

    public enum Loss
    {
        VmDeleted,
        VmDeletedAndDisk,
        VmDeallocated,
        VmCrashed,
        DiskDeleted,
    }

    [Theory]
    [InlineData(BoxState.Connecting, Loss.VmDeleted)]
    [InlineData(BoxState.Running, Loss.VmDeletedAndDisk)]
    [InlineData(BoxState.Held, Loss.VmDeleted)]
    [InlineData(BoxState.Attached, Loss.VmDeallocated)]
    [InlineData(BoxState.Running, Loss.VmCrashed)]
    [InlineData(BoxState.Held, Loss.DiskDeleted)]
    [InlineData(BoxState.Stopped, Loss.DiskDeleted)]
    public async Task What_is_lost_of_a_box_keeps_it_from_being_deleted_no_more_than_what_is_there(BoxState state, Loss loss)
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), state);
        await LoseAsync(cloud, loss, box.InstanceId);

        var deleted = await cloud.DeleteAsync();

        Assert.True(deleted.StatusCode == HttpStatusCode.NoContent, await deleted.Content.ReadAsStringAsync(Cancel));
        await AssertGoneAsync(cloud, "dev33");
        var counts = await cloud.Get<InstanceStore>().CountAsync(Cancel);
        Assert.Equal(1, counts[loss is Loss.DiskDeleted ? InstanceState.Free : InstanceState.Quarantined]);
    }

    [Theory]
    [InlineData(BoxState.Stopped)]
    [InlineData(BoxState.Held)]
    public async Task A_disk_that_another_boxs_VM_holds_is_not_touched_and_the_delete_says_which_until_it_is_off(BoxState state)
    {
        await using var cloud = await TestCloud.With(azurite).Instances(2).TimeScale(1000).StartAsync();
        var box = await BoxInState.BringAsync(cloud, cloud.Key(), state);
        var (compute, instances) = (cloud.Get<ComputeInstances>(), cloud.Get<InstanceStore>());
        var disk = new ResourceIdentifier(cloud.DiskId("vol-dev33"));
        if (box.InstanceId is not null)
            await DetachAsync(cloud, box.InstanceId);
        var foreign = (await instances.FindAsync(box.InstanceId == "vm-0001" ? "vm-0002" : "vm-0001", Cancel))!;
        await TestCloud.WhenIdleAsync(() => compute.BeginAttachAsync(foreign.PlacementAt(5), disk, ShellboxTags.Of(foreign), Cancel));
        await cloud.UntilHolderIsAsync(foreign.Id);
        Assert.NotNull(
            await instances.TryClaimAsync(foreign.Id, new BoxOperation(cloud.Key("other"), "op", new Epoch(1)), "vol-other", Cancel)
        );

        var detail = await TestCloud.RefusedAsync(500, "delete-failed", cloud.DeleteAsync());

        Assert.Contains($"The volume vol-dev33 is attached to {foreign.Id}", detail, StringComparison.Ordinal);
        Assert.Contains(
            await cloud.EventsAsync(cloud.Key()),
            e => e.Kind == "delete-failed" && e.Detail.Contains(foreign.Id, StringComparison.Ordinal)
        );
        Assert.Equal("deleting", (string)(await cloud.ShowBoxAsync())["state"]!);
        Assert.Equal(foreign.Id, await cloud.HolderAsync());
        Assert.Equal(cloud.Key("other"), (await instances.FindAsync(foreign.Id, Cancel))!.ClaimedBy);
        Assert.Equal(1, (await instances.CountAsync(Cancel))[InstanceState.Free]);
        await DetachAsync(cloud, foreign.Id);
        Assert.Equal(HttpStatusCode.NoContent, (await cloud.DeleteAsync()).StatusCode);
        await AssertGoneAsync(cloud, "dev33");
    }

    [Theory]
    [InlineData("VirtualMachines_Update", "detach-volume")]
    [InlineData("Disks_Delete", "delete-volume")]
    public async Task A_delete_that_ARM_is_not_through_with_in_time_is_taken_over_by_the_next(string operation, string step)
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .TimeScale(1000)
            .Setting("Shellbox:Connect:ReleaseDeadline", "00:00:10")
            .StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Held);
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangOperation, Operation = operation });

        var detail = await TestCloud.RefusedAsync(500, "delete-failed", cloud.DeleteAsync());

        Assert.StartsWith(step + ": ARM was not through", detail, StringComparison.Ordinal);
        cloud.Azure.Faults.Remove(hang);
        Assert.Equal(HttpStatusCode.NoContent, (await cloud.DeleteAsync()).StatusCode);
        await AssertGoneAsync(cloud, "dev33");
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    [Fact]
    public async Task A_delete_is_answered_at_once_with_where_to_look_and_a_second_one_joins_it()
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running);
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });

        var first = await cloud.DeleteAsync(wait: 0);
        var second = await cloud.DeleteAsync(wait: 0);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        cloud.Azure.Faults.Remove(hang);
        var done = await Wait.UntilAsync(
            () => cloud.GetStatusAsync(first.Headers.Location!.ToString()),
            s => (string)s["runtimeStatus"]! == "Completed",
            "the delete ends"
        );
        Assert.Equal("deleted", (string)done["output"]!["state"]!);
        Assert.Equal(
            ["begin-delete", "stop-guest", "detach-volume", "free-instance", "delete-volume", "remove-box"],
            done["output"]!["steps"]!.AsArray().Select(s => (string)s!["name"]!).Where(n => n != "unmount-volume")
        );
    }

    private static async Task LoseAsync(TestCloud cloud, Loss loss, string? instanceId)
    {
        var arm = cloud.Get<ArmConnection>().Client;
        var vm = instanceId is null
            ? null
            : arm.GetVirtualMachineResource(
                new ResourceIdentifier((await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!.ResourceId)
            );
        if (vm is not null && loss is not Loss.DiskDeleted)
        {
            // Else the attach would be what is lost.
            await cloud.UntilHolderIsAsync(instanceId);
        }

        switch (loss)
        {
            case Loss.VmCrashed:
                await cloud.Azure.CrashAsync(instanceId!);
                return;
            case Loss.VmDeallocated:
                await TestCloud.WhenIdleAsync(() => vm!.DeallocateAsync(WaitUntil.Completed, cancellationToken: Cancel));
                return;
            case Loss.VmDeleted or Loss.VmDeletedAndDisk:
                await vm!.DeleteAsync(WaitUntil.Completed, forceDeletion: true, cancellationToken: Cancel);
                break;
            default:
                if (instanceId is not null)
                    await DetachAsync(cloud, instanceId);
                break;
        }

        if (loss is not Loss.VmDeleted)
            await arm.GetManagedDiskResource(new ResourceIdentifier(cloud.DiskId("vol-dev33"))).DeleteAsync(WaitUntil.Completed, Cancel);
    }

    /// <summary>Takes the disk off by other hands than the app's.</summary>
    private static async Task DetachAsync(TestCloud cloud, string instanceId)
    {
        var instance = (await cloud.Get<InstanceStore>().FindAsync(instanceId, Cancel))!;
        await TestCloud.WhenIdleAsync(() =>
            cloud
                .Get<ComputeInstances>()
                .BeginDetachAsync(instance.ResourceId, new ResourceIdentifier(cloud.DiskId("vol-dev33")), ShellboxTags.Of(instance), Cancel)
        );
        await cloud.UntilHolderIsAsync(null);
    }

    private static async Task AssertGoneAsync(TestCloud cloud, string box)
    {
        Assert.Null(await cloud.Get<BoxStore>().FindAsync(cloud.Key(box), Cancel));
        Assert.Null(await cloud.Get<VolumeStore>().FindAsync("vol-" + box, Cancel));
        Assert.False(await cloud.HasDiskAsync("vol-" + box));
        Assert.DoesNotContain(
            (await cloud.GetAsync($"api/users/{cloud.User.Id}/boxes"))["boxes"]!.AsArray(),
            b => (string)b!["boxName"]! == box
        );
    }
}
