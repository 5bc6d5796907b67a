using System.Net.Http.Json;
using System.Reflection;
using Azure;
using Azure.ResourceManager.Compute;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Shellbox.Activities;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Maintenance;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Functions.Connect;
using Shellbox.Functions.Maintenance;
using Shellbox.Tests.Fixtures;
using Shellbox.Tests.Guest;
using Xunit;

namespace Shellbox.Tests.Maintenance;

/// <summary>Prewarm, tag mirror and adoption, around the connect.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class BackgroundTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prewarmed_box_is_hot_when_its_user_comes()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        await Queue(cloud, "prewarm").SendMessageAsync($$"""{"kind":"box","userId":"{{cloud.User.Id}}","boxName":"dev33"}""", Cancel);
        await cloud.UntilBoxIsAsync("held");

        var hot = await cloud.ConnectAsync(expectedTier: "hot");

        Assert.Equal("dev33\n", await cloud.SshAsync(hot["endpoint"]!, "hostname"));
        Assert.Single(cloud.Azure.Requests, r => r.Operation == "VirtualMachines_Update");
    }

    [Fact]
    public async Task A_bad_prewarm_message_goes_to_the_poison_queue_with_an_event_and_stops_nothing()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var queue = Queue(cloud, "prewarm");
        await queue.SendMessageAsync("not JSON", Cancel);
        await queue.SendMessageAsync("""{"kind":"box","userId":"../../etc","boxName":"dev33"}""", Cancel);
        await queue.SendMessageAsync("""{"kind":"pool","instances":-1}""", Cancel);

        var poison = Queue(cloud, "prewarm-poison");
        await Wait.UntilAsync(
            async () => await poison.ExistsAsync(Cancel) ? (await poison.PeekMessagesAsync(10, Cancel)).Value.Length : 0,
            count => count == 3,
            "all messages are poison"
        );

        // One a message, though each was delivered several times: in the pool's own log, and in the day's.
        Assert.Equal(3, (await cloud.EventsAsync(null)).Count(e => e.Kind == "prewarm-refused"));
        var (ofToday, _) = await cloud.Get<EventLog>().FindAsync(new EventQuery(null, null, null, "prewarm-refused", null, 100), Cancel);
        Assert.Equal(3, ofToday.Count);
    }

    [Fact]
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

        Task WriteAsync() => log.WriteOnceAsync("refused", "A message was refused.", at, "message-1", "op", Cancel);
    }

    [Fact]
    public void The_time_of_a_message_is_read_from_either_hosts_trigger_data()
    {
        var at = new DateTimeOffset(2026, 11, 29, 16, 0, 1, TimeSpan.Zero);

        Assert.Equal(at, Prewarm.ReadTime(at));
        Assert.Equal(at, Prewarm.ReadTime("\"2026-11-29T16:00:01+00:00\""));
        Assert.Equal(at, Prewarm.ReadTime("11/29/2026 16:00:01"));
        Assert.Null(Prewarm.ReadTime(null));
        Assert.Null(Prewarm.ReadTime("soon"));
    }

    [Fact]
    public async Task Every_queue_that_a_function_is_triggered_by_is_there_once_the_app_has_started()
    {
        var triggers = typeof(Prewarm)
            .Assembly.GetTypes()
            .SelectMany(t => t.GetMethods())
            .SelectMany(m => m.GetParameters())
            .Select(p => p.GetCustomAttribute<QueueTriggerAttribute>()?.QueueName)
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .ToList();
        var storage = azurite.ConnectionString;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobsStorage", storage)]).Build();
        await using var services = new ServiceCollection().AddLogging().AddShellbox(configuration).BuildServiceProvider();
        var setup = ActivatorUtilities.CreateInstance<StorageSetup>(services);

        await setup.StartAsync(Cancel);
        await setup.StartAsync(Cancel);

        var queues = await new QueueServiceClient(storage)
            .GetQueuesAsync(cancellationToken: Cancel)
            .Select(q => q.Name)
            .ToListAsync(Cancel);
        Assert.Equal(triggers, queues.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_volumes_tags_follow_the_tables_and_foreign_tags_stay()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();

        await cloud.Get<TagMirror>().EnqueueVolumeAsync("vol-dev33", Cancel);

        var tags = await Wait.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"),
            t => t.ContainsKey("shellbox:volumeid"),
            "the tags are written"
        );
        Assert.Equal("vol-dev33", tags["shellbox:volumeid"]);
        Assert.Equal("detached", tags["shellbox:status"]);
        Assert.Equal(cloud.User.Id, tags["shellbox:userid"]);
        Assert.Equal("somebody", tags["owner"]);
    }

    [Fact]
    public async Task Adopting_twice_registers_nothing_twice_and_says_what_it_left_out()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(2).Boxes("dev33", "Not_A_Name").StartAsync();

        var again = await cloud.AdoptAsync();

        Assert.Equal((0, 0), ((int)again["instances"]!, (int)again["volumes"]!));
        Assert.Contains("shellbox:boxname", (string)again["skipped"]![0]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }

    [Fact]
    public async Task The_maintenance_deletes_histories_and_says_how_many()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();

        // Nothing negative in the settings of a running app: this is how a test gets everything to be old.
        var old = new MaintenanceOptions { KeepHistories = TimeSpan.FromSeconds(-1), KeepEvents = TimeSpan.FromDays(-2) };
        using var response = await cloud.Management.PostAsJsonAsync(
            $"runtime/webhooks/durabletask/orchestrators/{nameof(MaintenanceOrchestration)}"
                + $"?timeout=120&pollingInterval=1&code={TestCloud.AdminKey}",
            old,
            Cancel
        );

        var report = await response.Content.ReadFromJsonAsync<MaintenanceOrchestration.Report>(Cancel);
        Assert.True(report!.Histories >= 1, $"{report}");
    }

    [Fact]
    public async Task A_tag_update_whose_resource_was_brought_up_to_date_since_asks_ARM_nothing()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var mirror = cloud.Get<TagMirror>();
        var sent = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await mirror.HandleAsync(Update(sent), Cancel);
        var asked = Asked();
        Assert.NotEqual(0, asked);

        foreach (var _ in Enumerable.Range(0, 20))
            await mirror.HandleAsync(Update(sent), Cancel);
        Assert.Equal(asked, Asked());

        await mirror.HandleAsync(Update(TimeProvider.System.GetUtcNow()), Cancel);
        Assert.NotEqual(asked, Asked());

        int Asked() => cloud.Azure.Requests.Count(r => r.Operation.StartsWith("Tags_", StringComparison.Ordinal));
        static string Update(DateTimeOffset at) => $$"""{"role":"volume","id":"vol-dev33","at":"{{at:O}}"}""";
    }

    [Fact]
    public async Task A_tag_update_that_ARM_puts_off_is_done_later_and_one_of_a_resource_that_is_gone_is_dropped()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).Boxes("dev33", "gone").TimeScale(1000).StartAsync();
        await Wait.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"),
            t => t.ContainsKey("shellbox:volumeid"),
            "the adoption's update is through"
        );
        await cloud
            .Get<ArmConnection>()
            .Client.GetManagedDiskResource(
                ManagedDiskResource.CreateResourceIdentifier(cloud.Azure.SubscriptionId, cloud.Azure.ResourceGroup, "vol-gone")
            )
            .DeleteAsync(WaitUntil.Completed, Cancel);
        await cloud.Get<VolumeStore>().RecordAttachmentAsync("vol-dev33", "vm-9999", 1, Cancel);

        // As often as the SDK itself tries, and once more.
        var fault = cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailCall,
                Operation = "Tags_UpdateAtScope",
                Status = 429,
                Code = "SubscriptionRequestsThrottled",
                Delay = TimeSpan.FromSeconds(1),
                Count = 5,
            }
        );
        await cloud.Get<TagMirror>().EnqueueVolumeAsync("vol-dev33", Cancel);
        await cloud.Get<TagMirror>().EnqueueVolumeAsync("vol-gone", Cancel);

        await Wait.UntilAsync(
            () => TagsAsync(cloud, "vol-dev33"),
            t => t.GetValueOrDefault("shellbox:instanceid") == "vm-9999",
            "the tags are written"
        );
        Assert.False(cloud.Azure.Faults.Waiting.ContainsKey(fault));
        await Wait.UntilAsync(
            async () => (await Queue(cloud, WorkQueues.TagUpdates).GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount,
            count => count == 0,
            "the queue is empty"
        );
        var poison = Queue(cloud, WorkQueues.TagUpdates + "-poison");
        Assert.True(!await poison.ExistsAsync(Cancel) || (await poison.PeekMessagesAsync(1, Cancel)).Value.Length == 0);
    }

    private static QueueClient Queue(TestCloud cloud, string name) =>
        new(cloud.Storage, name, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });

    private static async Task<Dictionary<string, string>> TagsAsync(TestCloud cloud, string disk)
    {
        var compute = cloud.Get<ComputeInstances>();
        var found = await compute.ListDisksAsync(Cancel).SingleAsync(d => d.Data.Name == disk, Cancel);
        return found.Data.Tags.ToDictionary();
    }
}
