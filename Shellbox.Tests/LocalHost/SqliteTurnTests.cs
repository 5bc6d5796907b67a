using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>
/// When a task hub in SQLite hands out which turn, and what a turn leaves: what the contract tests, which see it through HTTP, cannot see.
/// </summary>
public sealed class SqliteTurnTests : SqliteHubTest
{
    [Fact]
    public async Task A_timer_of_many_days_fires_when_it_is_due_and_not_before()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        await TurnAsync(hub, timers: [Timer("a", 1, TimeSpan.FromDays(100))]);

        Time.Advance(TimeSpan.FromDays(100) - TimeSpan.FromTicks(1));
        Assert.Null(await TryLockAsync(hub));
        Time.Advance(TimeSpan.FromTicks(1));

        // Timers count in milliseconds.
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<TimerFiredEvent>(Assert.Single((await LockAsync(hub)).NewMessages).Event);
    }

    [Fact]
    public async Task A_turn_that_is_abandoned_comes_again_after_a_delay_that_grows_until_it_succeeds()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        var item = await LockAsync(hub);
        foreach (var delay in (int[])[50, 100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000])
        {
            await hub.AbandonTaskOrchestrationWorkItemAsync(item);
            await hub.ReleaseTaskOrchestrationWorkItemAsync(item);
            Clock.Advance(TimeSpan.FromMilliseconds(delay - 1));
            Assert.Null(await TryLockAsync(hub));
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            item = await LockAsync(hub);
        }

        // It has succeeded, so the next one begins anew.
        await CompleteAsync(hub, item);
        await RaiseAsync(hub, "a", "next");
        item = await LockAsync(hub);
        await hub.AbandonTaskOrchestrationWorkItemAsync(item);
        await hub.ReleaseTaskOrchestrationWorkItemAsync(item);
        Clock.Advance(TimeSpan.FromMilliseconds(50));

        Assert.NotNull(await LockAsync(hub));
    }

    [Fact]
    public async Task An_activity_that_is_abandoned_comes_again_after_a_delay()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        await TurnAsync(hub, activities: [Activity("a", 0)]);

        await hub.AbandonTaskActivityWorkItemAsync(await hub.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel));

        Clock.Advance(TimeSpan.FromMilliseconds(49));
        Assert.Null(await hub.LockNextTaskActivityWorkItem(TimeSpan.Zero, Cancel));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await hub.LockNextTaskActivityWorkItem(TimeSpan.FromMinutes(1), Cancel));
    }

    [Fact]
    public async Task A_wait_ends_with_the_instance()
    {
        using var hub = Open();
        var wait = hub.WaitForOrchestrationAsync("a", null, Timeout.InfiniteTimeSpan, Cancel);

        await CreateAsync(hub, "a");
        await TurnAsync(hub, output: "\"done\"");

        Assert.Equal("\"done\"", (await wait).Output);
        Assert.Equal("\"done\"", (await hub.WaitForOrchestrationAsync("a", null, TimeSpan.Zero, Cancel)).Output);
    }

    [Fact]
    public async Task A_wait_ends_with_its_time()
    {
        using var hub = Open();
        var wait = hub.WaitForOrchestrationAsync("a", null, TimeSpan.FromSeconds(30), Cancel);

        Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Null(await wait);
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        using var hub = Open();
        using var cancel = new CancellationTokenSource();
        var wait = hub.WaitForOrchestrationAsync("a", null, Timeout.InfiniteTimeSpan, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_and_that_of_an_ended_instance_is_taken_over()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => CreateAsync(hub, "a"));
        await TurnAsync(hub, output: "1");
        await RaiseAsync(hub, "a", "for the one that has ended");

        await CreateAsync(hub, "a");

        Assert.IsType<ExecutionStartedEvent>(Assert.Single((await LockAsync(hub)).NewMessages).Event);
    }

    [Fact]
    public async Task A_turn_of_an_execution_that_was_replaced_meanwhile_leaves_no_trace()
    {
        using var hub = Open();
        await CreateAsync(hub, "a");
        var stale = await LockAsync(hub);
        await hub.CreateTaskOrchestrationAsync(Started("a"), []);

        await CompleteAsync(hub, stale, output: "stale", activities: [Activity("a", 0)]);

        Assert.Equal(OrchestrationStatus.Pending, (await hub.GetOrchestrationStateAsync("a", null)).OrchestrationStatus);
        var fresh = await LockAsync(hub);
        Assert.Empty(fresh.OrchestrationRuntimeState.PastEvents);
        Assert.Null(await hub.LockNextTaskActivityWorkItem(TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task A_start_that_is_not_due_keeps_its_events_and_can_be_terminated()
    {
        using var hub = Open();
        await CreateAsync(hub, "a", at: Start.UtcDateTime.AddDays(1));
        await CreateAsync(hub, "b", at: Start.UtcDateTime.AddDays(1));
        await RaiseAsync(hub, "a", "early");
        await hub.ForceTerminateTaskOrchestrationAsync("b", "why not");
        Assert.Null(await TryLockAsync(hub));
        var ended = await hub.WaitForOrchestrationAsync("b", null, TimeSpan.Zero, Cancel);

        Time.Advance(TimeSpan.FromDays(1));

        Assert.Equal((OrchestrationStatus.Terminated, "why not"), (ended.OrchestrationStatus, ended.Output));
        var item = await LockAsync(hub);
        Assert.Equal(["EventRaised", "ExecutionStarted"], item.NewMessages.Select(m => m.Event.EventType.ToString()).Order());
        Assert.Null(await TryLockAsync(hub));
    }
}
