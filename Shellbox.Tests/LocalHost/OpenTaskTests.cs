using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>
/// What holds an orchestration that has returned: DurableTask.Core completes it only when no task of it is open. So the app detaches what goes on longer (ADR 9).
/// Recorded on Durable extension 3.19 with the Azure Storage provider.
/// </summary>
public sealed class OpenTaskTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("LeavesActivity", "activity")]
    [InlineData("LeavesChild", "child")]
    public async Task An_activity_and_a_child_hold_it_until_they_have_ended(string orchestrator, string gate)
    {
        await using var app = await HostedApp.StartAsync(azurite);
        var id = await app.BeginAsync(orchestrator);
        await app.UntilLinesAsync("blocked", 1);

        // Another orchestration comes and goes, so there was time.
        await app.RunAsync("Chain");
        Assert.Equal("Running", (string)(await app.StatusAsync(id))["runtimeStatus"]!);
        app.Open(gate);

        Assert.Equal("returned", (string)(await app.UntilStatusAsync(id, "Completed"))["output"]!);
    }

    [Theory]
    [InlineData("LeavesTimer")]
    [InlineData("LeavesEventWaitWithTimeout")]
    public async Task A_timer_that_is_not_cancelled_holds_it(string orchestrator)
    {
        await using var app = await HostedApp.StartAsync(azurite);
        var id = await app.BeginAsync(orchestrator);
        await app.UntilStatusAsync(id, "Running");

        await app.RunAsync("Chain");

        Assert.Equal("Running", (string)(await app.StatusAsync(id))["runtimeStatus"]!);
    }

    [Theory]
    [InlineData("CancelsTimer")]
    [InlineData("LeavesEventWait")]
    [InlineData("LeavesDetachedChild")]
    public async Task A_cancelled_timer_an_event_wait_and_a_detached_child_do_not(string orchestrator)
    {
        await using var app = await HostedApp.StartAsync(azurite);

        Assert.Equal("returned", (string?)await app.RunAsync(orchestrator));
    }

    [Fact]
    public async Task A_detached_child_goes_on_when_its_starter_has_ended()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        var id = await app.BeginAsync("LeavesDetachedChild");
        await app.UntilStatusAsync(id, "Completed");
        await app.UntilLinesAsync("blocked", 1);

        app.Open("child");

        Assert.Equal("released", (string)(await app.UntilStatusAsync(id + "-child", "Completed"))["output"]!);
    }
}
