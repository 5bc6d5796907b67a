using Shellbox.Activities.Audit;
using Shellbox.Functions.Connect;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>A box is connected before its user comes, by a message.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class PrewarmTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_prewarmed_box_is_hot_when_its_user_comes()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        await cloud.Queue("prewarm").SendMessageAsync($$"""{"kind":"box","userId":"{{cloud.User.Id}}","boxName":"dev33"}""", Cancel);
        await cloud.UntilBoxIsAsync("held");

        var hot = await cloud.ConnectAsync(expectedTier: "hot");

        Assert.Equal("dev33\n", await cloud.SshAsync(hot["endpoint"]!, "hostname"));
        Assert.Single(cloud.Azure.Requests, r => r.Operation == "VirtualMachines_Update");
    }

    [Fact]
    public async Task A_bad_prewarm_message_goes_to_the_poison_queue_with_an_event_and_stops_nothing()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();
        var queue = cloud.Queue("prewarm");
        await queue.SendMessageAsync("not JSON", Cancel);
        await queue.SendMessageAsync("""{"kind":"box","userId":"../../etc","boxName":"dev33"}""", Cancel);
        await queue.SendMessageAsync("""{"kind":"pool","instances":-1}""", Cancel);

        var poison = cloud.Queue("prewarm-poison");
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
    public void The_time_of_a_message_is_read_from_either_hosts_trigger_data()
    {
        var at = new DateTimeOffset(2026, 11, 29, 16, 0, 1, TimeSpan.Zero);

        Assert.Equal(at, Prewarm.ReadTime(at));
        Assert.Equal(at, Prewarm.ReadTime("\"2026-11-29T16:00:01+00:00\""));
        Assert.Equal(at, Prewarm.ReadTime("11/29/2026 16:00:01"));
        Assert.Null(Prewarm.ReadTime(null));
        Assert.Null(Prewarm.ReadTime("soon"));
    }
}
