using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Pool;

/// <summary>The pool of instances: it grows, shrinks, pauses and sorts out.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class PoolTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_paused_pool_creates_nothing_and_says_why()
    {
        await using var cloud = await Growing().FreeInstances(1, 1, total: 2).StartAsync();
        await cloud.PausePoolAsync(true, "a look at the quota");

        var paused = await cloud.RunPoolAsync();

        Assert.Empty(paused["creating"]!.AsArray());
        Assert.Equal("a look at the quota", (string)(await cloud.GetAsync("api/pool"))["paused"]!["reason"]!);
        await cloud.PausePoolAsync(false);
        Assert.Null((await cloud.GetAsync("api/pool"))["paused"]);
    }

    [Fact]
    public async Task It_grows_to_its_minimum()
    {
        await using var cloud = await Growing().FreeInstances(1, 1, total: 2).StartAsync();

        var first = await cloud.RunPoolAsync();

        var created = (string)Assert.Single(first["creating"]!.AsArray())!;
        await cloud.UntilInstancesAsync("free", 1);
        Assert.Empty((await cloud.RunPoolAsync())["creating"]!.AsArray());
        Assert.NotEmpty((await cloud.Get<InstanceStore>().FindAsync(created, Cancel))!.HostKeyFingerprint);
        Assert.Contains(await cloud.EventsAsync(null), e => e.Kind == "instance-created" && e.InstanceId == created);
    }

    [Fact]
    public async Task It_grows_to_what_a_message_asks_for_and_never_past_its_total()
    {
        await using var cloud = await Growing().FreeInstances(1, 1, total: 2).StartAsync();
        var queue = cloud.Queue("prewarm");

        await queue.SendMessageAsync("""{"kind":"pool","instances":2,"blankBoxes":0}""", Cancel);

        await cloud.UntilInstancesAsync("free", 2);
        Assert.Equal(2, await cloud.Get<ComputeInstances>().ListAsync(Cancel).CountAsync(Cancel));
        await queue.SendMessageAsync("""{"kind":"pool","instances":2}""", Cancel);
        foreach (var candidate in await cloud.Get<InstanceStore>().FindFreeAsync(Cancel))
        {
            Assert.NotNull(
                await cloud.Get<InstanceStore>().TryClaimAsync(candidate, new BoxOperation(cloud.Key(), "op", new Epoch(1)), "vol", Cancel)
            );
        }

        // The message has the pool look too: the look that is joined here may have begun before the claims.
        var full = await Wait.UntilAsync(
            cloud.RunPoolAsync,
            look => ((string)look["detail"]!).Contains("all the 2 instances", StringComparison.Ordinal),
            "the pool is full"
        );
        Assert.Empty(full["creating"]!.AsArray());
        Assert.True((double)(await cloud.GetAsync("api/pool/cost?days=1"))["instanceHours"]!["free"]! >= 0);
    }

    [Fact]
    public async Task A_creation_that_fails_is_undone_with_all_that_belongs_to_it_and_not_tried_again_at_once()
    {
        await using var cloud = await Growing().FreeInstances(2, 2, total: 5).StartAsync();
        cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailOperationAtEnd,
                Operation = "VirtualMachines_CreateOrUpdate",
                Code = "AllocationFailed",
                Message = "Allocation failed.",
            }
        );

        // A quota is refused with 409, too, but no waiting mends it.
        cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = "VirtualMachines_CreateOrUpdate",
                Status = 409,
                Code = "OperationNotAllowed",
                Message = "Allocation failed. The quota is used up.",
            }
        );

        await cloud.RunPoolAsync();

        await Wait.UntilAsync(
            () => cloud.EventsAsync(null),
            e => e.Count(x => x.Kind == "instance-creation-failed") == 2,
            "both creations have failed"
        );
        var pool = await cloud.UntilInstancesAsync("total", 0);
        Assert.Equal(1, (int)pool["growth"]!["failures"]!);
        Assert.Contains("Allocation failed.", (string)pool["growth"]!["detail"]!, StringComparison.Ordinal);
        Assert.Empty(await cloud.Get<ComputeInstances>().ListAsync(Cancel).ToListAsync(Cancel));
        Assert.Empty(await cloud.Get<ComputeInstances>().ListDisksAsync(Cancel).ToListAsync(Cancel));

        var again = await cloud.RunPoolAsync();
        Assert.Empty(again["creating"]!.AsArray());
        Assert.Contains("Allocation failed.", (string)again["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_shrinks_to_its_maximum_and_leaves_what_is_claimed_or_has_a_disk()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(3)
            .NoBoxes()
            .GrowingPool()
            .TimeScale(1000)
            .FreeInstances(0, 0, total: 5)
            .Setting("Shellbox:Pool:CoolDown", "00:00:00")
            .StartAsync();
        var instances = cloud.Get<InstanceStore>();
        Assert.NotNull(await instances.TryClaimAsync("vm-0002", new BoxOperation(cloud.Key(), "op", new Epoch(1)), "vol", Cancel));
        await AttachDiskAsync(cloud, "vm-0003");

        await cloud.RunPoolAsync();

        await Wait.UntilAsync(
            async () => (await cloud.EventsAsync(null)).Select(e => e.Kind).ToList(),
            kinds => kinds.Contains("instance-removed") && kinds.Contains("instance-removal-failed"),
            "one is removed and one is not"
        );
        Assert.Equal(
            ["vm-0002", "vm-0003"],
            await cloud.Get<ComputeInstances>().ListAsync(Cancel).Select(v => v.Data.Name).Order().ToListAsync(Cancel)
        );
        Assert.Null(await instances.FindAsync("vm-0001", Cancel));
        Assert.Equal(InstanceState.Claimed, (await instances.FindAsync("vm-0002", Cancel))!.State);
        var kept = (await instances.FindAsync("vm-0003", Cancel))!;
        Assert.Equal(InstanceState.Quarantined, kept.State);
        Assert.Contains("somebodys", kept.QuarantineReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_creation_left_that_is_over_is_removed()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).NoBoxes().StartAsync();
        var instances = cloud.Get<InstanceStore>();
        Assert.True(
            await instances.TryReserveAsync(
                "vm-half",
                $"/subscriptions/{cloud.Azure.SubscriptionId}/resourceGroups/{cloud.Azure.ResourceGroup}"
                    + "/providers/Microsoft.Compute/virtualMachines/vm-half",
                "create-vm-half",
                Cancel
            )
        );

        // It may still come: what was reserved just now is left alone.
        Assert.Empty((await cloud.RunPoolAsync())["removing"]!.AsArray());
        var row = (await instances.FindAsync("vm-half", Cancel))!;
        row.Since -= TimeSpan.FromMinutes(5);
        await cloud.Get<StateTables>().Instances.UpdateEntityAsync(row, row.ETag, cancellationToken: Cancel);

        Assert.Equal("vm-half", (string)Assert.Single((await cloud.RunPoolAsync())["removing"]!.AsArray())!);
        await cloud.UntilInstancesAsync("total", 0);
        Assert.Contains(await cloud.EventsAsync(null), e => e.Kind == "instance-removed" && e.InstanceId == "vm-half");
    }

    [Fact]
    public async Task An_instance_on_which_starts_fail_in_a_row_is_quarantined()
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).Setting("Shellbox:Pool:QuarantineAfter", "2").StartAsync();

        // Its image brings no guest files.
        var first = await cloud.PostConnectAsync(wait: 200);
        Assert.Equal(HttpStatusCode.InternalServerError, first.StatusCode);
        Assert.Contains("is missing on this instance", await first.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await cloud.UntilInstancesAsync("free", 1);
        Assert.Equal(HttpStatusCode.InternalServerError, (await cloud.PostConnectAsync(wait: 200)).StatusCode);

        await cloud.UntilInstancesAsync("quarantined", 1);
        var quarantined = (await cloud.EventsAsync(null)).Single(e => e.Kind == "instance-quarantined");
        Assert.StartsWith("2 starts in a row have failed on vm-0001", quarantined.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_operators_calls_take_the_admin_key_and_a_body_of_the_right_form()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).NoBoxes().StartAsync();

        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await cloud.Http.PutAsJsonAsync("api/pool/paused", new { paused = true }, Cancel)).StatusCode
        );
        Assert.Equal(HttpStatusCode.Unauthorized, (await cloud.Http.PostAsync("api/pool", null, Cancel)).StatusCode);
        var days = await cloud.Http.GetAsync("api/pool/cost?days=0", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, days.StatusCode);
        Assert.Contains("days", (string)JsonNode.Parse(await days.Content.ReadAsStringAsync(Cancel))!["detail"]!, StringComparison.Ordinal);
        Assert.False((bool)(await cloud.GetAsync("api/pool"))["growth"]!["enabled"]!);
    }

    private TestCloudBuilder Growing() => TestCloud.With(azurite).Instances(0).NoBoxes().GrowingPool().TimeScale(1000);

    /// <summary>Attaches a disk that the tables know nothing of.</summary>
    private static async Task AttachDiskAsync(TestCloud cloud, string instanceId)
    {
        var vm = await cloud.Get<ComputeInstances>().ListAsync(Cancel).SingleAsync(v => v.Data.Name == instanceId, Cancel);
        var patch = new global::Azure.ResourceManager.Compute.Models.VirtualMachinePatch
        {
            StorageProfile = new global::Azure.ResourceManager.Compute.Models.VirtualMachineStorageProfile
            {
                DataDisks =
                {
                    new global::Azure.ResourceManager.Compute.Models.VirtualMachineDataDisk(
                        0,
                        global::Azure.ResourceManager.Compute.Models.DiskCreateOptionType.Empty
                    )
                    {
                        Name = "somebodys",
                        DiskSizeGB = 1,
                    },
                },
            },
        };
        var operation = await vm.UpdateAsync(global::Azure.WaitUntil.Started, patch, Cancel);
        var url = new Uri(operation.GetRawResponse().Headers.TryGetValue("Azure-AsyncOperation", out var text) ? text : "");
        await Wait.UntilAsync(() => cloud.Get<ComputeInstances>().GetOperationAsync(url, Cancel), s => s.Ended, "the disk is attached");
    }
}
