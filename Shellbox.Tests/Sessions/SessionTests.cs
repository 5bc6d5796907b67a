using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Functions.Sessions;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Sessions;

/// <summary>Sessions whose client is gone without a word.</summary>
public sealed class SessionTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact, Trait(DurableProvider.Trait, DurableProvider.Sqlite)]
    public async Task A_session_that_falls_silent_is_ended_and_after_the_last_the_box_is_held()
    {
        var time = new ShiftedTime();
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(2)
            .Boxes("dev33", "silent")
            .TimeScale(1000)
            .Clock(time)
            .StartAsync();
        await BoxInState.BringAsync(cloud, cloud.Key(), BoxState.Running, "first");
        var boxes = cloud.Get<BoxStore>();
        var connect = await boxes.DecideConnectAsync(cloud.Key(), new ConnectCommand("op2", "second"), Cancel);
        await boxes.CompleteConnectAsync(
            new BoxOperation(cloud.Key(), "op2", connect.Epoch),
            new GuestAddress("127.0.0.1", 2222, "ssh-ed25519 AAAA"),
            Cancel
        );
        await BoxInState.BringAsync(cloud, cloud.Key("silent"), BoxState.Running, "of another client");
        await cloud.SweepAsync();
        await BeatAsync(cloud, "first");

        time.Shift(TimeSpan.FromMinutes(2));
        await BeatAsync(cloud, "second");
        time.Shift(TimeSpan.FromMinutes(2));
        await cloud.SweepAsync();

        var box = await cloud.ShowBoxAsync();
        Assert.Equal(("running", 1), ((string)box["state"]!, (int)box["sessions"]!));
        await TestCloud.RefusedAsync(404, "session-not-found", PostBeatAsync(cloud, new { sessionId = "first" }));
        await TestCloud.RefusedAsync(404, "box-not-found", PostBeatAsync(cloud, new { sessionId = "first" }, "none"));
        await TestCloud.RefusedAsync(400, "invalid-request", PostBeatAsync(cloud, new { }));

        time.Shift(TimeSpan.FromMinutes(2));
        await cloud.SweepAsync();

        Assert.Equal("held", (string)(await cloud.ShowBoxAsync())["state"]!);
        var expired = (await cloud.EventsAsync(cloud.Key())).Where(e => e.Kind == "session-expired").ToList();
        Assert.Equal(2, expired.Count);
        Assert.Contains(expired, e => e.Detail.Contains("second", StringComparison.Ordinal));
        var row = await boxes.FindAsync(cloud.Key(), Cancel);
        Assert.False((await cloud.Client.GetInstanceAsync(row!.OperationId!, Cancel))!.IsCompleted);

        // One that has never sent a heartbeat may be of a client that does not know of them.
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync("silent"))["state"]!);
        time.Shift(TimeSpan.FromHours(12));
        await cloud.SweepAsync();
        Assert.NotEqual("running", (string)(await cloud.ShowBoxAsync("silent"))["state"]!);
    }

    [Fact]
    public void Sessions_are_judged_only_after_the_app_has_been_there_to_hear_them_for_as_long_as_they_may_be_silent()
    {
        var time = new FakeTimeProvider();
        var watch = new SessionWatch(null!, null!, Options.Create(new ShellboxOptions()), time);

        Assert.False(watch.Begin());
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(watch.Begin());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(watch.Begin());
        watch.Fail();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(watch.Begin());
    }

    private static async Task BeatAsync(TestCloud cloud, string sessionId) =>
        Assert.Equal(HttpStatusCode.NoContent, (await PostBeatAsync(cloud, new { sessionId })).StatusCode);

    private static Task<HttpResponseMessage> PostBeatAsync(TestCloud cloud, object body, string box = "dev33") =>
        cloud.Http.PostAsJsonAsync($"api/users/{cloud.User.Id}/boxes/{box}/heartbeat", body, Cancel);
}
