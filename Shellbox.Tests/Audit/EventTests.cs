using System.Net;
using System.Text.Json.Nodes;
using Azure;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Maintenance;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Reconciliation;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Functions.Maintenance;
using Shellbox.Functions.Reconciliation;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Audit;

/// <summary>The audit log: what leaves an entry, how it is asked, and how long it is kept.</summary>
public sealed class EventTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_transition_of_a_box_and_an_instance_leaves_an_event_that_is_found_by_box_by_instance_and_by_day()
    {
        await using var cloud = await TestCloud.With(azurite).Boxes("dev33", "other").TimeScale(1000).StartAsync();
        var (boxes, instances, key) = (cloud.Get<BoxStore>(), cloud.Get<InstanceStore>(), cloud.Key());
        var begun = await boxes.DecideConnectAsync(key, new ConnectCommand("op-1", "session", "key"), Cancel);
        await boxes.RecordPlacementAsync(new BoxOperation(key, "op-1", begun.Epoch), null, "vm-0001", 0, Cancel);
        await instances.TryClaimAsync("vm-0001", new BoxOperation(key, "op-1", begun.Epoch), "vol-dev33", Cancel);
        await boxes.CompleteConnectAsync(
            new BoxOperation(key, "op-1", begun.Epoch),
            new GuestAddress("127.0.0.1", 2222, "ssh-ed25519 AAAA"),
            Cancel
        );
        var left = (await boxes.DecideDisconnectAsync(key, new DisconnectCommand("op-2"), Cancel))!;
        await instances.TryFreeAsync("vm-0001", new BoxOperation(key, "op", left.Epoch), Cancel);
        await boxes.CompleteReleaseAsync(new BoxOperation(key, "op-2", left.Epoch), detached: true, Cancel);

        var ofBox = await Events($"api/users/{cloud.User.Id}/boxes/dev33/events?kind=box-state");
        Assert.Equal(
            ["Releasing -> Stopped (op-2)", "Running -> Releasing (op-2)", "Connecting -> Running (op-1)", "Stopped -> Connecting (op-1)"],
            ofBox.Select(e => $"{e["detail"]} ({e["operationId"]})")
        );
        Assert.All(ofBox, e => Assert.True((double)e["seconds"]! >= 0));

        var today = DateOnly.FromDateTime(((DateTimeOffset)ofBox[0]["at"]!).UtcDateTime);
        var ofInstance = await Events($"api/events?instance=vm-0001&kind=instance-state&day={today:yyyy-MM-dd}");
        Assert.Equal([$"Claimed -> Free ({key})", $"Free -> Claimed ({key})"], ofInstance.Select(e => (string)e["detail"]!));

        var ofDay = await Events($"api/events?day={today:yyyy-MM-dd}&limit=1000");
        Assert.Contains(ofDay, e => (string)e["kind"]! == "instance-adopted" && (string)e["subject"]! == "pool");
        Assert.Contains(ofDay, e => (string)e["kind"]! == "box-adopted" && (string)e["subject"]! == cloud.Key("other").ToString());
        Assert.Empty(await Events($"api/events?day={today.AddDays(-1):yyyy-MM-dd}"));
        Assert.Empty(await Events($"api/users/{cloud.User.Id}/boxes/dev33/events?day={today.AddDays(-1):yyyy-MM-dd}"));
        Assert.NotEmpty(await Events($"api/users/{cloud.User.Id}/boxes/dev33/events?day={today:yyyy-MM-dd}"));

        async Task<List<JsonNode>> Events(string path) => [.. (await GetAsync(cloud, path))["events"]!.AsArray().Select(e => e!)];
    }

    [Fact]
    public async Task A_claim_that_is_given_to_another_box_leaves_an_event()
    {
        await using var cloud = await TestCloud.With(azurite).TimeScale(1000).StartAsync();
        var (instances, blank, key) = (cloud.Get<InstanceStore>(), new BoxKey(BoxKey.PoolUserId, "blank-0123456789"), cloud.Key());
        await instances.TryClaimAsync("vm-0001", new BoxOperation(blank, "op-1", new Epoch(1)), "vol-blank", Cancel);

        Assert.True(await instances.TryGiveAsync("vm-0001", blank, new BoxOperation(key, "op-2", new Epoch(2)), Cancel));

        var events = (await GetAsync(cloud, "api/events?instance=vm-0001&kind=instance-state"))["events"]!.AsArray();
        Assert.Equal([$"Claimed -> Claimed ({key})", $"Free -> Claimed ({blank})"], events.Select(e => (string)e!["detail"]!));
    }

    [Fact]
    public async Task A_long_log_is_read_page_by_page_and_each_entry_once()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        for (var n = 0; n < 7; n++)
            await cloud.Get<EventLog>().WriteAsync(new AuditEvent(cloud.Key(), "test", $"entry {n}"), Cancel);

        var read = new List<string>();
        var (path, pages) = ($"api/users/{cloud.User.Id}/boxes/dev33/events?kind=test&limit=3", 0);
        for (string? after = ""; after is not null; pages++)
        {
            var page = await GetAsync(cloud, path + (after.Length > 0 ? $"&after={after}" : ""));
            read.AddRange(page["events"]!.AsArray().Select(e => (string)e!["detail"]!));
            after = (string?)page["next"];
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(n => $"entry {n}"), read);
    }

    [Theory]
    [InlineData("api/events?day=yesterday", HttpStatusCode.BadRequest)]
    [InlineData("api/events?limit=1001", HttpStatusCode.BadRequest)]
    [InlineData("api/events?instance=x'%20or%20'a'%20eq%20'a", HttpStatusCode.BadRequest)]
    [InlineData("api/users/0123456789abcdef0123456789abcdef/boxes/none/events", HttpStatusCode.NotFound)]
    public async Task A_question_that_cannot_be_answered_is_refused(string path, HttpStatusCode status)
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).NoBoxes().StartAsync();

        Assert.Equal(status, (await SendAsync(cloud, path)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await cloud.Http.GetAsync("api/events", Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_is_older_than_it_is_kept_is_deleted_and_what_is_younger_or_runs_stays()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var client = cloud.Client;
        await cloud.ReconcileAsync();
        var events = cloud.Get<EventLog>();
        await events.WriteAsync(new AuditEvent(cloud.Key(), "test", "of today"), Cancel);
        var before = await events.ReadAsync(cloud.Key(), Cancel).CountAsync(Cancel);

        Assert.Equal(0, await events.PurgeAsync(Now, Now.AddDays(-1), 100, Cancel));

        Assert.Equal(before, await events.ReadAsync(cloud.Key(), Cancel).CountAsync(Cancel));
        Assert.NotNull(await cloud.Get<ReconciliationLog>().FindLastAsync(Cancel));

        // From tomorrow's point of view: both copies go, a few at a time.
        Assert.Equal(2, await events.PurgeAsync(Now.AddDays(1), Now.AddDays(-1), 2, Cancel));
        while (await events.PurgeAsync(Now.AddDays(1), Now.AddDays(1), 100, Cancel) == 100) { }
        Assert.Equal(0, await events.ReadAsync(cloud.Key(), Cancel).CountAsync(Cancel));
        Assert.Equal(0, await events.ReadAsync(null, Cancel).CountAsync(Cancel));
        Assert.Empty((await GetAsync(cloud, "api/events"))["events"]!.AsArray());
        Assert.Null(await cloud.Get<ReconciliationLog>().FindLastAsync(Cancel));

        // Nothing negative in the settings of a running app: this is how a test gets everything to be old.
        var old = new MaintenanceOptions { KeepHistories = TimeSpan.FromSeconds(-1), KeepEvents = TimeSpan.FromDays(-2) };
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "ResourceGraph_Resources" });
        var running = cloud.ReconcileAsync(dryRun: true);
        await cloud.UntilFaultHitsAsync("a run is under way");
        await client.ScheduleNewOrchestrationInstanceAsync(nameof(MaintenanceOrchestration), old, Cancel);
        await Wait.UntilAsync(
            async () => (await cloud.EventsAsync(null)).Select(e => e.Kind).ToList(),
            kinds => kinds.Contains("purged"),
            "the maintenance is through"
        );
        Assert.Null(await client.GetInstanceAsync(ReconcileOrchestration.InstanceId, Cancel));
        Assert.NotNull(await client.GetInstanceAsync(ReconcileOrchestration.DryRunId, Cancel));
        cloud.Azure.Faults.Remove(hang);
        await running;
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact, Trait(DurableProvider.Trait, DurableProvider.Both)]
    public async Task An_event_that_is_written_once_stands_once_also_when_a_crash_left_its_day_out()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var (log, tables) = (cloud.Get<EventLog>(), cloud.Get<StateTables>());
        var at = TimeProvider.System.GetUtcNow();
        await WriteAsync();
        var day = EventRow.DayPartition(DateOnly.FromDateTime(at.UtcDateTime));
        var ofDay = await tables
            .Events.QueryAsync<EventRow>(e => e.PartitionKey == day && e.Kind == "refused", cancellationToken: Cancel)
            .SingleAsync(Cancel);
        await tables.Events.DeleteEntityAsync(day, ofDay.RowKey, ETag.All, Cancel);

        await WriteAsync();
        await WriteAsync();

        Assert.Equal(2, await tables.Events.QueryAsync<EventRow>(e => e.Kind == "refused", cancellationToken: Cancel).CountAsync(Cancel));

        Task WriteAsync() => log.WriteOnceAsync(new AuditEvent(null, "refused", "A message was refused.", "op"), at, "message-1", Cancel);
    }

    private static async Task<JsonNode> GetAsync(TestCloud cloud, string path) =>
        JsonNode.Parse(await (await SendAsync(cloud, path)).Content.ReadAsStringAsync(Cancel))!;

    private static async Task<HttpResponseMessage> SendAsync(TestCloud cloud, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(cloud.Http.BaseAddress!, path));
        request.Headers.Add("x-functions-key", TestCloud.AdminKey);
        using var admin = new HttpClient();
        return await admin.SendAsync(request, Cancel);
    }
}
