using System.Net;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>External events.</summary>
public sealed class EventTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task Events_that_come_before_they_are_awaited_are_kept_in_order_whatever_their_letter_case(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("CollectsNumbers");
        await app.UntilStatusAsync(id, "Running");

        foreach (var n in (int[])[1, 2, 3])
            await app.RaiseAsync(id, n == 2 ? "NUMBER" : "number", n);
        await app.RaiseAsync(id, "start");

        Assert.Equal("[1,2,3]", (await app.EndAsync(id))["output"]!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task The_newest_of_two_waits_gets_the_first_event(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsTwiceAtOnce");
        await app.UntilStatusAsync(id, "Running");

        await app.RaiseAsync(id, "E", "first");
        await app.RaiseAsync(id, "E", "second");

        Assert.Equal("older=second newer=first", (string)(await app.EndAsync(id))["output"]!);
    }

    [Theory, EachProvider]
    public async Task A_wait_that_timed_out_throws_and_takes_no_event(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsAgainAfterTimeout");
        await app.UntilCustomStatusAsync(id, "timed out");

        await app.RaiseAsync(id, "E", "late");

        Assert.Equal("TaskCanceledException then late", (string)(await app.EndAsync(id))["output"]!);
    }

    [Theory, EachProvider]
    public async Task A_cancelled_wait_throws_and_leaves_the_event_to_the_older_one(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("CancelsNewerWait");
        await app.UntilCustomStatusAsync(id, "cancelled");

        await app.RaiseAsync(id, "E", "first");

        Assert.Equal("TaskCanceledException Canceled, older=first", (string)(await app.EndAsync(id))["output"]!);
    }

    [Theory, EachProvider]
    public async Task An_event_in_time_cancels_the_timer_of_its_wait(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsWithTimeout");
        await app.UntilStatusAsync(id, "Running");

        await app.RaiseAsync(id, "E", "here");

        Assert.Equal("here", (string)(await app.EndAsync(id))["output"]!);
    }

    [Theory, EachProvider]
    public async Task An_event_without_payload_is_null(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsWithTimeout");
        await app.UntilStatusAsync(id, "Running");

        Assert.Equal("done", (string)(await app.ClientAsync(HttpMethod.Post, $"/{id}/raise/E"))["value"]!);

        var end = await app.EndAsync(id);
        Assert.Equal(("Completed", null), ((string)end["runtimeStatus"]!, end["output"]));
    }

    [Theory, EachProvider]
    public async Task An_event_payload_of_a_wrong_type_fails_the_instance(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("CollectsNumbers");
        await app.UntilStatusAsync(id, "Running");

        await app.RaiseAsync(id, "Start");
        await app.RaiseAsync(id, "Number", "text");

        Assert.Equal("Failed", (string)(await app.EndAsync(id))["runtimeStatus"]!);
    }

    [Theory, EachProvider]
    public async Task An_orchestrator_sends_to_another_to_itself_and_to_nobody(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var receiver = await app.BeginAsync("WaitsGo");
        await app.UntilStatusAsync(receiver, "Running");

        Assert.Equal("from myself", (string?)await app.RunAsync("SendsEvents", receiver));
        Assert.Equal("from another", (string)(await app.EndAsync(receiver))["output"]!);
    }

    [Theory, EachProvider]
    public async Task To_an_ended_instance_it_is_gone_and_to_an_unknown_one_not_found(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var ended = await app.BeginAsync("Greets");
        await app.EndAsync(ended);

        using var gone = await app.ManageAsync(HttpMethod.Post, $"instances/{ended}/raiseEvent/E", "x");
        using var unknown = await app.ManageAsync(HttpMethod.Post, $"instances/unknown-{ended}/raiseEvent/E", "x");

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.NotFound), (gone.StatusCode, unknown.StatusCode));
        Assert.NotNull((await app.ClientAsync(HttpMethod.Post, $"/{ended}/raise/E", "x"))["thrown"]);
        Assert.NotNull((await app.ClientAsync(HttpMethod.Post, $"/unknown-{ended}/raise/E", "x"))["thrown"]);
    }
}
