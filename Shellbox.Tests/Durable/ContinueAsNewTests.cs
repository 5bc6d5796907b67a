using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Orchestrations that begin anew.</summary>
public sealed class ContinueAsNewTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task A_long_loop_keeps_its_id_and_has_the_newest_input(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Counts", input: new { Now = 0, To = 60 });

        var end = await app.EndAsync(id);

        Assert.Equal(60, (int)end["output"]!);
        Assert.Equal(60, (int)end["input"]!["Now"]!);
    }

    [Theory, EachProvider]
    public async Task Kept_events_stay_in_order(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("CollectsAnew", input: new { Keep = true, Second = false });
        await app.UntilStatusAsync(id, "Running");

        foreach (var n in (int[])[1, 2, 3])
            await app.RaiseAsync(id, "N", n);
        await app.RaiseAsync(id, "Go");

        Assert.Equal("[1,2,3]", (await app.EndAsync(id))["output"]!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task Without_preserving_them_events_that_nobody_took_are_dropped(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("CollectsAnew", input: new { Keep = false, Second = false });
        await app.UntilStatusAsync(id, "Running");

        foreach (var n in (int[])[1, 2])
            await app.RaiseAsync(id, "N", n);
        await app.RaiseAsync(id, "Go");
        await app.UntilCustomStatusAsync(id, "second");
        foreach (var n in (int[])[7, 8, 9])
            await app.RaiseAsync(id, "N", n);

        Assert.Equal("[7,8,9]", (await app.EndAsync(id))["output"]!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task An_open_timer_does_not_hold_it_and_never_reaches_the_next_execution(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("LeavesTimerAnew", input: 0);
        await app.UntilCustomStatusAsync(id, "second");

        // Longer than the first timer.
        await app.RunAsync("Sleeps", 4);
        await app.RaiseAsync(id, "Go");

        Assert.Equal("event", (string)(await app.EndAsync(id))["output"]!);
    }

    [Theory, EachProvider]
    public async Task An_open_activity_holds_it_and_its_result_never_reaches_the_next_execution(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("LeavesActivityAnew", input: 0);
        await app.UntilLinesAsync($"{id}-0-reached", 1);
        await app.RunAsync("Chain");
        var held = await app.StatusAsync(id);

        app.Open($"{id}-0");
        await app.UntilLinesAsync($"{id}-1-reached", 1);
        await app.RaiseAsync(id, "Poke");
        await app.UntilCustomStatusAsync(id, "poked");
        app.Open($"{id}-1");

        Assert.Equal(("Running", null), ((string?)held["runtimeStatus"], held["customStatus"]));
        Assert.Equal($"passed {id}-1", (string?)(await app.EndAsync(id))["output"]);
    }

    [Theory, EachProvider]
    public async Task A_custom_status_stays_until_it_is_set_again(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("SetsStatusAndContinues", 0);

        Assert.Equal(("second", "first"), ((string?)end["output"], (string?)end["customStatus"]));
    }
}
