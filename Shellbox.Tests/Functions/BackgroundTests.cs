using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Shellbox.Activities.State;
using Shellbox.Tests.Guest;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>Prewarm, tag mirror, adoption and the reconciler, around the connect.</summary>
public sealed class BackgroundTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prewarmed_box_is_hot_when_its_user_comes()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest);
        await Queue(cloud, "prewarm").SendMessageAsync(
            $$"""{"kind":"box","userId":"{{cloud.User.Id}}","boxName":"dev33"}""", Cancel);
        await TestCloud.UntilAsync(() => cloud.ShowBoxAsync(), b => (string)b["state"]! == "held", "the box is prewarmed");

        var hot = await cloud.ConnectAsync(expectedTier: "hot");

        Assert.Equal("dev33\n", await cloud.SshAsync(hot["endpoint"]!, "hostname"));
        Assert.Single(cloud.Azure.Requests, r => r.Operation == "VirtualMachines_Update");
    }

    [Fact]
    public async Task A_bad_prewarm_message_goes_to_the_poison_queue_with_an_event_and_stops_nothing()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, instances: 0);
        var queue = Queue(cloud, "prewarm");
        await queue.SendMessageAsync("not JSON", Cancel);
        await queue.SendMessageAsync("""{"kind":"box","userId":"../../etc","boxName":"dev33"}""", Cancel);
        await queue.SendMessageAsync("""{"kind":"pool","instances":-1}""", Cancel);

        var poison = Queue(cloud, "prewarm-poison");
        await TestCloud.UntilAsync(
            async () => await poison.ExistsAsync(Cancel) ? (await poison.PeekMessagesAsync(10, Cancel)).Value.Length : 0,
            count => count == 3, "all messages are poison");

        Assert.Contains(await cloud.EventsAsync(null), e => e.Kind == "prewarm-refused");
    }

    [Fact]
    public async Task The_volumes_tags_follow_the_tables_and_foreign_tags_stay()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, instances: 0);

        await cloud.Get<Shellbox.Activities.Azure.TagMirror>().EnqueueVolumeAsync("vol-dev33", Cancel);

        var tags = await TestCloud.UntilAsync(() => TagsAsync(cloud, "vol-dev33"), t => t.ContainsKey("shellbox:volumeid"), "the tags are written");
        Assert.Equal("vol-dev33", tags["shellbox:volumeid"]);
        Assert.Equal("detached", tags["shellbox:status"]);
        Assert.Equal(cloud.User.Id, tags["shellbox:userid"]);
        Assert.Equal("somebody", tags["owner"]);
    }

    [Fact]
    public async Task Adopting_twice_registers_nothing_twice_and_says_what_it_left_out()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, instances: 2, boxes: ["dev33", "Not_A_Name"]);

        var again = await cloud.AdoptAsync();

        Assert.Equal((0, 0), ((int)again["instances"]!, (int)again["volumes"]!));
        Assert.Contains("shellbox:boxname", (string)again["skipped"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    [Fact]
    public async Task The_reconciler_repairs_stale_tags_and_leaked_claims_and_reports_what_it_does_not_know()
    {
        await using var cloud = await TestCloud.StartAsync(
            azurite, instances: 2, boxes: ["dev33", "Not_A_Name"], timeScale: 1000,
            settings: new() { ["Shellbox:Reconcile:AgeGuard"] = "00:00:00", ["Shellbox:Reconcile:PageSize"] = "2" });
        var instances = cloud.Get<InstanceStore>();
        Assert.NotNull(await instances.TryClaimAsync("vm-0001", cloud.Key("ghost"), "op", 1, "vol", Cancel));

        var report = await cloud.ReconcileAsync();

        Assert.Equal(4, (int)report["resources"]!);
        Assert.True((int)report["pages"]! >= 2);
        var findings = report["findings"]!.AsArray().Select(f => ((string)f!["kind"]!, (string)f["action"]!)).ToList();
        Assert.Contains(("leaked-claim", "repaired"), findings);
        Assert.Contains(("stale-tag", "repaired"), findings);
        Assert.Contains(("unknown-volume", "reported"), findings);
        Assert.Equal(2, (await instances.CountAsync(Cancel))[InstanceState.Free]);
        await TestCloud.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"), t => t.GetValueOrDefault("shellbox:status") == "detached", "the stale tag is repaired");
        Assert.Contains(await cloud.EventsAsync(null), e => e.Kind == "finding-leaked-claim");

        var last = await cloud.GetAsync("api/reconciliation");
        Assert.True(JsonNode.DeepEquals(report["findings"], last["findings"]));
    }

    [Fact]
    public async Task The_reconciler_leaves_alone_what_changed_within_the_age_guard()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, instances: 1, timeScale: 1000);
        Assert.NotNull(await cloud.Get<InstanceStore>().TryClaimAsync("vm-0001", cloud.Key("ghost"), "op", 1, "vol", Cancel));

        var report = await cloud.ReconcileAsync();

        Assert.Empty(report["findings"]!.AsArray());
    }

    [Fact]
    public async Task The_reconciler_releases_a_box_whose_operation_is_over()
    {
        await using var cloud = await TestCloud.StartAsync(
            azurite, timeScale: 1000, settings: new() { ["Shellbox:Reconcile:AgeGuard"] = "00:00:00" });
        await cloud.Get<BoxStore>().DecideConnectAsync(cloud.Key(), "op-that-never-began", "session", "key", null, Cancel);

        var report = await cloud.ReconcileAsync();

        Assert.Contains(report["findings"]!.AsArray(), f => (string)f!["kind"]! == "stuck-operation");
        await TestCloud.UntilAsync(() => cloud.ShowBoxAsync(), b => (string)b["state"]! == "stopped", "the box is released");
    }

    private static QueueClient Queue(TestCloud cloud, string name) =>
        new(cloud.Storage, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    private static async Task<Dictionary<string, string>> TagsAsync(TestCloud cloud, string disk)
    {
        var compute = cloud.Get<Shellbox.Activities.Azure.ComputeInstances>();
        var found = await compute.ListDisksAsync(Cancel).SingleAsync(d => d.Data.Name == disk, Cancel);
        return found.Data.Tags.ToDictionary();
    }
}
