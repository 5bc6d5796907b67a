using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Durable timers. On Azure Storage they are good to a second.</summary>
public sealed class TimerTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task A_timer_fires_and_not_before_its_time(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.True((double)(await app.RunAsync("Sleeps", 3))! >= 2);
    }

    [Theory, EachProvider]
    public async Task A_timer_of_the_past_fires_at_once(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("fired", (string?)await app.RunAsync("SleepsIntoThePast"));
    }

    [Theory, EachProvider]
    public async Task A_cancelled_timer_throws_and_does_not_hold_the_instance(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("TaskCanceledException Canceled", (string?)await app.RunAsync("CancelsSleep"));
    }

    [Theory, EachProvider]
    public async Task Timers_fire_in_the_order_of_their_times_and_not_of_their_creation(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("shorter first", (string?)await app.RunAsync("SleepsTwice"));
    }

    [Theory, EachProvider]
    public async Task What_comes_first_of_timer_activity_and_event_wins(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("activity", (string?)await app.RunAsync("Races"));
    }

    [Theory, EachProvider]
    public async Task A_scheduled_start_is_pending_until_its_time_has_come(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var later = await app.BeginAsync("Greets", input: "later", after: 3600);
        var soon = await app.BeginAsync("Greets", input: "soon", after: 2);

        var end = await app.EndAsync(soon);

        Assert.Equal("hello soon", (string)end["output"]!);
        Assert.Equal("Pending", (string)(await app.StatusAsync(later))["runtimeStatus"]!);
    }
}
