using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>
/// What holds an orchestration that has returned: DurableTask.Core completes it only when no task of it is open. So the app detaches what
/// goes on longer (ADR 9).
/// </summary>
public sealed class OpenTaskTests(AzuriteFixture azurite)
{
    [Theory]
    [EachProvider("LeavesActivity")]
    [EachProvider("LeavesChild")]
    public async Task An_activity_and_a_child_hold_it_until_they_have_ended(DurableStorage provider, string orchestrator)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync(orchestrator);
        await app.UntilLinesAsync(id + "-reached", 1);

        // Another orchestration comes and goes, so there was time.
        await app.RunAsync("Chain");
        Assert.Equal("Running", (string)(await app.StatusAsync(id))["runtimeStatus"]!);
        app.Open(id);

        Assert.Equal("returned", (string)(await app.UntilStatusAsync(id, "Completed"))["output"]!);
    }

    [Theory]
    [EachProvider("LeavesTimer")]
    [EachProvider("LeavesEventWaitWithTimeout")]
    public async Task A_timer_that_is_not_cancelled_holds_it(DurableStorage provider, string orchestrator)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync(orchestrator);
        await app.UntilStatusAsync(id, "Running");

        await app.RunAsync("Chain");

        Assert.Equal("Running", (string)(await app.StatusAsync(id))["runtimeStatus"]!);
    }

    [Theory, EachProvider]
    public async Task A_timer_that_has_fired_lets_it_go(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("returned", (string?)await app.RunAsync("LeavesShortTimer"));
    }

    [Theory]
    [EachProvider("CancelsTimer")]
    [EachProvider("LeavesEventWait")]
    [EachProvider("LeavesDetachedChild")]
    public async Task A_cancelled_timer_an_event_wait_and_a_detached_child_do_not(DurableStorage provider, string orchestrator)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("returned", (string?)await app.RunAsync(orchestrator));
    }

    [Theory, EachProvider]
    public async Task A_detached_child_goes_on_when_its_starter_has_ended(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("LeavesDetachedChild");
        await app.UntilStatusAsync(id, "Completed");
        await app.UntilLinesAsync(id + "-reached", 1);

        app.Open(id);

        Assert.Equal($"passed {id}", (string)(await app.UntilStatusAsync(id + "-child", "Completed"))["output"]!);
    }
}
