using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class TimerAndEventTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task A_timer_fires_when_its_time_has_come_and_not_before(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(Options(time, replay), typeof(Functions));
        var id = await host.StartAsync("Timer");
        await host.QuietAsync();

        time.Advance(TimeSpan.FromMinutes(59));
        await host.QuietAsync();
        var before = await host.LookAsync(id);
        time.Advance(TimeSpan.FromMinutes(1));
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, before.RuntimeStatus);
        Assert.Equal("01:00:00", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_timer_of_the_past_fires_at_once(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("PastTimer");

        Assert.Equal("\"fired\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_cancelled_timer_throws_TaskCanceledException_and_does_not_hold_the_instance(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("CancelledTimer");

        Assert.Equal("TaskCanceledException Canceled", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_orchestrator_that_returned_runs_on_until_its_open_timer_has_fired(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(Options(time, replay), typeof(Functions));
        var id = await host.StartAsync("LeavesTimerOpen");
        await host.QuietAsync();

        var before = await host.LookAsync(id);
        time.Advance(TimeSpan.FromHours(1));
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, before.RuntimeStatus);
        Assert.Null(before.SerializedOutput);
        Assert.Equal("\"returned\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_unawaited_activity_holds_the_instance_and_an_event_wait_does_not(bool replay)
    {
        var (entered, opened) = (new TaskCompletionSource(), new TaskCompletionSource());
        var options = new TestHostOptions
        {
            Replay = replay,
            Middlewares = [next => async context =>
            {
                entered.TrySetResult();
                await opened.Task;
                await next(context);
            }],
        };
        await using var host = await TestHost.StartAsync(options, typeof(BasicFunctions), typeof(Functions));
        var id = await host.StartAsync("LeavesWaitOpen");
        await entered.Task.WaitAsync(Limit);

        var before = await host.LookAsync(id);
        opened.SetResult();
        var end = await host.EndAsync(id);

        Assert.Equal((OrchestrationRuntimeStatus.Running, null), (before.RuntimeStatus, before.SerializedOutput));
        Assert.Equal("\"returned\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task Events_that_come_before_they_are_awaited_are_kept_in_order_whatever_their_letter_case(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("ThreeEvents");

        foreach (var n in (int[])[1, 2, 3])
            await host.Client.RaiseEventAsync(id, n == 2 ? "NUMBER" : "number", n, Limit);
        await host.QuietAsync();
        await host.Client.RaiseEventAsync(id, "Start", cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("[1,2,3]", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task The_newest_of_two_waits_gets_the_first_event(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("TwoWaits");

        await host.Client.RaiseEventAsync(id, "E", "first", Limit);
        await host.Client.RaiseEventAsync(id, "E", "second", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("older=second newer=first", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_wait_that_timed_out_throws_and_takes_no_event(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(Options(time, replay), typeof(Functions));
        var id = await host.StartAsync("WaitTwice");
        await host.QuietAsync();

        time.Advance(TimeSpan.FromSeconds(10));
        await host.UntilAsync(id, i => i.SerializedCustomStatus == "\"timed out\"");
        await host.Client.RaiseEventAsync(id, "E", "late", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("TaskCanceledException then late", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_event_in_time_cancels_the_timer_of_its_wait(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(Options(time, replay), typeof(Functions));
        var id = await host.StartAsync("WaitOnce");

        await host.Client.RaiseEventAsync(id, "E", "here", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("\"here\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_event_without_payload_is_null(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("WaitOnce");

        await host.Client.RaiseEventAsync(id, "E", cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Null(end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_event_can_be_sent_to_another_instance_and_to_oneself_and_to_nobody(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        await host.StartAsync("WaitGo", id: "receiver");

        var end = await host.RunAsync("Sender");
        var received = await host.EndAsync("receiver");

        Assert.Equal("\"from myself\"", end.SerializedOutput);
        Assert.Equal("\"from sender\"", received.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task WhenAny_of_timer_activity_and_event_goes_by_what_comes_first(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Race");

        Assert.Equal("activity hello x", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task Events_kept_before_and_during_two_waits_each_reach_one(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("ThreeEvents");

        await host.Client.RaiseEventAsync(id, "Number", 1, Limit);
        await host.QuietAsync();
        await host.Client.RaiseEventAsync(id, "Start", cancellation: Limit);
        await host.QuietAsync();
        await host.Client.RaiseEventAsync(id, "Number", 2, Limit);
        await host.Client.RaiseEventAsync(id, "Number", 3, Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("[1,2,3]", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_cancelled_wait_throws_and_leaves_the_event_to_the_older_one(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("CancelsNewerWait");

        await host.UntilAsync(id, i => i.SerializedCustomStatus == "\"cancelled\"");
        await host.Client.RaiseEventAsync(id, "E", "first", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("TaskCanceledException Canceled, older=first", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_unawaited_child_holds_the_instance(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        var id = await host.StartAsync("LeavesChild");
        await host.UntilAsync("left-child", i => i.IsRunning);
        await host.QuietAsync();

        var before = await host.LookAsync(id);
        await host.Client.RaiseEventAsync("left-child", "Go", "alone", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal((OrchestrationRuntimeStatus.Running, null), (before.RuntimeStatus, before.SerializedOutput));
        Assert.Equal("\"returned\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_event_payload_of_a_wrong_type_throws_where_it_is_awaited(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("ThreeEvents");

        await host.Client.RaiseEventAsync(id, "Start", cancellation: Limit);
        await host.Client.RaiseEventAsync(id, "Number", "text", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.StartsWith("System.Text.Json.JsonException: ", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task Timers_fire_in_the_order_of_their_times_and_not_of_their_creation(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(Options(time, replay), typeof(Functions));
        var id = await host.StartAsync("TwoTimers");
        await host.QuietAsync();

        time.Advance(TimeSpan.FromHours(1));
        await host.QuietAsync();
        time.Advance(TimeSpan.FromHours(1));
        var end = await host.EndAsync(id);

        Assert.Equal("short 01:00:00, long 02:00:00", end.ReadOutputAs<string>());
    }

    private static TestHostOptions Options(FakeTimeProvider time, bool replay = false) =>
        new() { Time = time, Replay = replay };

    public static class Functions
    {
        [Function("Timer")]
        public static async Task<string> Timer([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var began = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return (context.CurrentUtcDateTime - began).ToString();
        }

        [Function("PastTimer")]
        public static async Task<string> PastTimer([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddHours(-1), CancellationToken.None);
            return "fired";
        }

        [Function("CancelledTimer")]
        public static async Task<string> CancelledTimer([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var cancellation = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            cancellation.Cancel();
            try
            {
                await timer;
                return "no";
            }
            catch (OperationCanceledException e)
            {
                return $"{e.GetType().Name} {timer.Status}";
            }
        }

        [Function("LeavesTimerOpen")]
        public static Task<string> LeavesTimerOpen([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return Task.FromResult("returned");
        }

        [Function("CancelsNewerWait")]
        public static async Task<string> CancelsNewerWait([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var cancellation = new CancellationTokenSource();
            var older = context.WaitForExternalEvent<string>("E");
            var newer = context.WaitForExternalEvent<string>("E", cancellation.Token);
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            cancellation.Cancel();
            var thrown = "nothing";
            try
            {
                await newer;
            }
            catch (OperationCanceledException e)
            {
                thrown = e.GetType().Name;
            }

            context.SetCustomStatus("cancelled");
            return $"{thrown} {newer.Status}, older={await older}";
        }

        [Function("LeavesChild")]
        public static Task<string> LeavesChild([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = context.CallSubOrchestratorAsync("WaitGo", options: new SubOrchestrationOptions(instanceId: "left-child"));
            return Task.FromResult("returned");
        }

        [Function("TwoTimers")]
        public static async Task<string> TwoTimers([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var began = context.CurrentUtcDateTime;
            var longer = context.CreateTimer(TimeSpan.FromHours(2), CancellationToken.None);
            var shorter = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            var first = await Task.WhenAny(longer, shorter) == shorter ? "short" : "long";
            var then = context.CurrentUtcDateTime - began;
            await Task.WhenAll(longer, shorter);
            return $"{first} {then}, long {context.CurrentUtcDateTime - began}";
        }

        [Function("LeavesWaitOpen")]
        public static Task<string> LeavesWaitOpen([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            _ = context.WaitForExternalEvent<string>("never");
            _ = context.CallActivityAsync("Hello", "x");
            return Task.FromResult("returned");
        }

        [Function("ThreeEvents")]
        public static async Task<List<int>> ThreeEvents([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.WaitForExternalEvent<object>("start");
            return
            [
                await context.WaitForExternalEvent<int>("Number"),
                await context.WaitForExternalEvent<int>("Number"),
                await context.WaitForExternalEvent<int>("Number"),
            ];
        }

        [Function("TwoWaits")]
        public static async Task<string> TwoWaits([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var older = context.WaitForExternalEvent<string>("E");
            var newer = context.WaitForExternalEvent<string>("E");
            await Task.WhenAll(older, newer);
            return $"older={await older} newer={await newer}";
        }

        [Function("WaitTwice")]
        public static async Task<string> WaitTwice([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var first = "none";
            try
            {
                await context.WaitForExternalEvent<string>("E", TimeSpan.FromSeconds(10));
            }
            catch (OperationCanceledException e)
            {
                first = e.GetType().Name;
            }

            context.SetCustomStatus("timed out");
            return $"{first} then {await context.WaitForExternalEvent<string>("E")}";
        }

        [Function("WaitOnce")]
        public static async Task<string?> WaitOnce([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.WaitForExternalEvent<string?>("E", TimeSpan.FromHours(1));

        [Function("Sender")]
        public static async Task<string> Sender([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SendEvent("receiver", "Go", "from sender");
            context.SendEvent("nobody", "Go", "x");
            context.SendEvent(context.InstanceId, "Mine", "from myself");
            return await context.WaitForExternalEvent<string>("Mine");
        }

        [Function("Race")]
        public static async Task<string> Race([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            using var cancellation = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromHours(1), cancellation.Token);
            var activity = context.CallActivityAsync<string>("Hello", "x");
            var wait = context.WaitForExternalEvent<string>("E", cancellation.Token);
            var first = await Task.WhenAny(timer, activity, wait);
            cancellation.Cancel();
            return first == activity ? "activity " + await activity : first == timer ? "timer" : "event";
        }
    }
}
