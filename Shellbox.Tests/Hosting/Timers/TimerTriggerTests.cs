using Microsoft.Extensions.DependencyInjection;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Timers;

public class TimerTriggerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 11, 28, TimeSpan.Zero);

    private readonly TimerFunctions.Probe probe = new();

    [Fact]
    public async Task A_monitored_schedule_runs_at_its_times_and_knows_the_last_and_the_next()
    {
        var time = new WatchedTime(Start);
        await using var host = await StartAsync(time, typeof(TimerFunctions.EveryMinute));

        await AdvanceAsync(time, TimeSpan.FromSeconds(32));
        var first = await probe.NextAsync();
        await AdvanceAsync(time, TimeSpan.FromMinutes(1));
        var second = await probe.NextAsync();
        await AdvanceAsync(time, TimeSpan.FromMinutes(1));
        var third = await probe.NextAsync();

        AssertStatus(first, isPastDue: false, default, At(14, 12), default);
        AssertStatus(second, isPastDue: false, At(14, 12), At(14, 13), At(14, 12));
        AssertStatus(third, isPastDue: false, At(14, 13), At(14, 14), At(14, 13));
    }

    [Fact]
    public async Task Occurrences_missed_while_the_host_was_down_are_made_up_for_by_one_run()
    {
        var folder = TestHost.NewFolder();
        var time = new WatchedTime(Start);
        await using (await StartAsync(time, folder, typeof(TimerFunctions.EveryMinute)))
        {
            await AdvanceAsync(time, TimeSpan.FromSeconds(32));
            await probe.NextAsync();

            // The run is over and recorded when the next wait begins.
            await time.WaitBegunAsync(TimeSpan.FromMinutes(1));
        }

        time.Advance(TimeSpan.FromMinutes(19));
        time.Advance(TimeSpan.FromSeconds(28));
        await using (await StartAsync(time, folder, typeof(TimerFunctions.EveryMinute)))
        {
            var missed = await probe.NextAsync();
            await AdvanceAsync(time, TimeSpan.FromSeconds(32));
            var ordinary = await probe.NextAsync();

            AssertStatus(missed, isPastDue: true, At(14, 12), At(14, 13), At(14, 12));
            AssertStatus(ordinary, isPastDue: false, At(14, 31).AddSeconds(28), At(14, 32), At(14, 31).AddSeconds(28));
            Assert.Equal(0, probe.Pending);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(typeof(TimerFunctions.Every10Seconds))]
    [InlineData(typeof(TimerFunctions.Unmonitored))]
    public async Task An_unmonitored_schedule_has_no_status_and_makes_up_for_nothing(Type function)
    {
        var folder = TestHost.NewFolder();
        var time = new WatchedTime(Start);
        await using (await StartAsync(time, folder, function))
        {
            var wait = await time.WaitBegunAsync(w => w > TimeSpan.Zero && w < TimeSpan.FromMinutes(1));
            time.Advance(wait);
            Assert.Null((await probe.NextAsync()).ScheduleStatus);
        }

        time.Advance(TimeSpan.FromMinutes(5));
        await using (await StartAsync(time, folder, function))
        {
            // It waits for its next time instead.
            await time.WaitBegunAsync(w => w > TimeSpan.Zero && w <= TimeSpan.FromMinutes(1));
            Assert.Equal(0, probe.Pending);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_schedule_that_ever_fires_twice_a_minute_is_not_monitored()
    {
        var time = new WatchedTime(Start);
        await using var host = await StartAsync(time, typeof(TimerFunctions.Twice));

        await AdvanceAsync(time, At(15, 0) - Start.UtcDateTime);

        Assert.Null((await probe.NextAsync()).ScheduleStatus);
    }

    [Fact]
    public async Task A_timer_that_never_ran_is_not_past_due()
    {
        var folder = TestHost.NewFolder();
        var time = new WatchedTime(Start);
        await using (await StartAsync(time, folder, typeof(TimerFunctions.EveryMinute)))
            await time.WaitBegunAsync(TimeSpan.FromSeconds(32));

        time.Advance(TimeSpan.FromMinutes(5));
        await using (await StartAsync(time, folder, typeof(TimerFunctions.EveryMinute)))
        {
            await AdvanceAsync(time, TimeSpan.FromSeconds(32));
            AssertStatus(await probe.NextAsync(), isPastDue: false, default, At(14, 17), default);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task An_occurrence_of_a_schedule_that_was_changed_is_not_made_up_for()
    {
        var folder = TestHost.NewFolder();
        var time = new WatchedTime(Start);
        await using (await StartAsync(time, folder, typeof(TimerFunctions.Every5Minutes), ("Schedule", "0 * * * * *")))
        {
            await AdvanceAsync(time, TimeSpan.FromSeconds(32));
            await probe.NextAsync();
            await time.WaitBegunAsync(TimeSpan.FromMinutes(1));
        }

        time.Advance(TimeSpan.FromMinutes(10));
        await using (await StartAsync(time, folder, typeof(TimerFunctions.Every5Minutes), ("Schedule", "0 0 * * * *")))
        {
            await AdvanceAsync(time, At(15, 0) - At(14, 22));
            AssertStatus(await probe.NextAsync(), isPastDue: false, At(14, 12), At(15, 0), At(14, 12));
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task RunOnStartup_runs_once_at_start_and_a_setting_gives_the_schedule()
    {
        var time = new WatchedTime(Start);
        await using var host = await StartAsync(time, null, typeof(TimerFunctions.AtOnce), ("Schedules:Hourly", "0 0 * * * *"));

        var (first, data) = await probe.NextRawAsync();
        await AdvanceAsync(time, At(15, 0) - Start.UtcDateTime);
        var second = await probe.NextAsync();

        AssertStatus((Shellbox.Embedded.Worker.TimerInfo)first, isPastDue: false, default, At(15, 0), default);
        Assert.Equal("11/23/2026 14:11:28", data);
        AssertStatus(second, isPastDue: false, Start.UtcDateTime, At(15, 0), Start.UtcDateTime);
    }

    [Fact]
    public async Task A_run_that_outlasts_the_next_occurrences_swallows_them()
    {
        var folder = TestHost.NewFolder();
        var time = new WatchedTime(Start);
        await using (await StartAsync(time, folder, typeof(TimerFunctions.EveryMinute)))
        {
            var gate = probe.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await AdvanceAsync(time, TimeSpan.FromSeconds(32));
            await probe.NextAsync();

            time.Advance(TimeSpan.FromMinutes(3));
            time.Advance(TimeSpan.FromSeconds(20));
            probe.Gate = null;
            gate.SetResult();
            await AdvanceAsync(time, TimeSpan.FromSeconds(40));
            AssertStatus(await probe.NextAsync(), isPastDue: false, At(14, 12), At(14, 16), At(14, 15).AddSeconds(20));
            await time.WaitBegunAsync(TimeSpan.FromMinutes(1));
        }

        // That is no change of the schedule: it can be past due.
        time.Advance(TimeSpan.FromMinutes(2));
        await using (await StartAsync(time, folder, typeof(TimerFunctions.EveryMinute)))
            AssertStatus(await probe.NextAsync(), isPastDue: true, At(14, 16), At(14, 17), At(14, 16));

        Assert.Equal(1, probe.MostAtOnce);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_run_that_throws_is_not_repeated_and_the_next_comes_as_usual()
    {
        var time = new WatchedTime(Start);
        probe.Fails = true;
        await using var host = await StartAsync(time, typeof(TimerFunctions.EveryMinute));

        await AdvanceAsync(time, TimeSpan.FromSeconds(32));
        await probe.NextAsync();
        await AdvanceAsync(time, TimeSpan.FromMinutes(1));
        var second = await probe.NextAsync();

        AssertStatus(second, isPastDue: false, At(14, 12), At(14, 13), At(14, 12));
        Assert.Equal(0, probe.Pending);
    }

    [Fact]
    public async Task The_raw_text_of_a_trigger_is_the_official_hosts()
    {
        var time = new WatchedTime(Start);
        await using var host = await StartAsync(time, typeof(TimerFunctions.Raw));

        await AdvanceAsync(time, TimeSpan.FromSeconds(2));

        Assert.Equal("""{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""", (await probe.NextRawAsync()).Trigger);
    }

    [Fact]
    public async Task A_run_under_way_ends_before_the_host_has_stopped()
    {
        var time = new WatchedTime(Start);
        var gate = probe.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var host = await StartAsync(time, typeof(TimerFunctions.Every10Seconds));
        await AdvanceAsync(time, TimeSpan.FromSeconds(2));
        await probe.NextAsync();

        var stopping = host.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;
    }

    [Fact]
    public async Task Schedules_that_cannot_be_used_stop_the_start_and_are_named_together()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(typeof(TimerFunctions.Wrong)));

        Assert.Contains("'Five': '0 0 0 30 2 *' names a day that does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Unset': '%Nowhere%' in '%Nowhere%' names the setting 'Nowhere', which is not set", error.Message, StringComparison.Ordinal);
        Assert.Contains("'Garbage': 'every minute' is neither", error.Message, StringComparison.Ordinal);
    }

    private static DateTime At(int hour, int minute) => new(2026, 11, 23, hour, minute, 0, DateTimeKind.Utc);

    /// <summary>Lets the time pass that somebody has begun to wait for.</summary>
    private static async Task AdvanceAsync(WatchedTime time, TimeSpan wait)
    {
        await time.WaitBegunAsync(wait);
        time.Advance(wait);
    }

    private static void AssertStatus(Shellbox.Embedded.Worker.TimerInfo timer, bool isPastDue, DateTime last, DateTime next, DateTime lastUpdated)
    {
        Assert.NotNull(timer.ScheduleStatus);
        Assert.Equal((isPastDue, last, next, lastUpdated), (timer.IsPastDue, timer.ScheduleStatus.Last, timer.ScheduleStatus.Next, timer.ScheduleStatus.LastUpdated));
    }

    private Task<TestHost> StartAsync(TimeProvider time, Type function) => StartAsync(time, null, function);

    private Task<TestHost> StartAsync(TimeProvider time, string? folder, Type function, params (string Name, string Value)[] settings) => TestHost.StartAsync(
        new TestHostOptions
        {
            Time = time,
            Folder = folder,
            Settings = settings.ToDictionary(s => s.Name, s => s.Value),
            Configure = services => services.AddSingleton(probe),
        },
        function);
}
