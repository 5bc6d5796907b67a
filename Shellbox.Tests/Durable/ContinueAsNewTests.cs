using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class ContinueAsNewTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task It_begins_anew_with_the_new_input_and_keeps_id_and_creation_time(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Counts", 0, id: "counter");

        Assert.Equal("3", end.SerializedOutput);
        Assert.Equal("3", end.SerializedInput);
        Assert.Equal(Start, end.CreatedAt);
    }

    [Theory, LiveAndReplayed]
    public async Task Kept_events_stay_in_order(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("Collects", new Progress([], Keep: true));

        foreach (var n in (int[])[1, 2, 3])
            await host.Client.RaiseEventAsync(id, "N", n, Limit);
        await host.QuietAsync();
        await host.Client.RaiseEventAsync(id, "Go", cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("[1,2,3]", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task Without_preserving_them_unprocessed_events_are_dropped(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("Collects", new Progress([], Keep: false));

        await host.Client.RaiseEventAsync(id, "N", 1, Limit);
        await host.Client.RaiseEventAsync(id, "N", 2, Limit);
        await host.QuietAsync();
        await host.Client.RaiseEventAsync(id, "Go", cancellation: Limit);
        await host.UntilAsync(id, i => i.SerializedCustomStatus == "\"second\"");
        foreach (var n in (int[])[7, 8, 9])
            await host.Client.RaiseEventAsync(id, "N", n, Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("[7,8,9]", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_event_that_comes_together_with_the_last_one_awaited_is_not_lost_to_an_abandoned_wait(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("TickOrStop", 0);

        // While it is suspended both are kept, so that one turn takes them.
        await host.Client.SuspendInstanceAsync(id, cancellation: Limit);
        await host.UntilAsync(id, i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await host.Client.RaiseEventAsync(id, "Tick", cancellation: Limit);
        await host.Client.RaiseEventAsync(id, "Stop", cancellation: Limit);
        await host.QuietAsync();
        await host.Client.ResumeInstanceAsync(id, cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("\"stopped after 1\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_open_timer_does_not_hold_it_and_never_reaches_the_next_execution(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(Functions));

        var id = await host.StartAsync("LeavesTimer", 0);
        await host.UntilAsync(id, i => i.SerializedCustomStatus == "\"second\"");
        time.Advance(TimeSpan.FromHours(1));
        await host.QuietAsync();
        var afterTheFirstTimer = await host.LookAsync(id);
        time.Advance(TimeSpan.FromHours(1));
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, afterTheFirstTimer.RuntimeStatus);
        Assert.Equal("\"02:00:00\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_old_activity_runs_to_its_end_and_its_result_never_reaches_the_next_execution(bool replay)
    {
        var (gates, ends) = Functions.NewGates();
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("LeavesActivity", 0);
        await host.UntilAsync(id, i => i.SerializedCustomStatus == "\"second\"");

        // Both have the same number in their executions.
        gates[0].SetResult();
        await ends[0].Task.WaitAsync(Limit);
        await host.Client.RaiseEventAsync(id, "Poke", cancellation: Limit);
        await host.UntilAsync(id, i => i.SerializedCustomStatus == "\"poked\"");
        var before = await host.LookAsync(id);
        gates[1].SetResult();
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, before.RuntimeStatus);
        Assert.Equal("\"gate 1\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task It_may_change_the_version(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "ChangesVersion", 0, new StartOrchestrationOptions { Version = "1.0" }, Limit);

        var end = await host.EndAsync(id);

        Assert.Equal("\"2.0\"", end.SerializedOutput);
    }

    public sealed record Progress(List<int> Numbers, bool Keep, bool Second = false);

    public static class Functions
    {
        private static TaskCompletionSource[] gates = [];
        private static TaskCompletionSource[] ends = [];

        internal static (TaskCompletionSource[] Gates, TaskCompletionSource[] Ends) NewGates() => (
            gates = [new(), new()],
            ends = [new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)]);

        [Function("Counts")]
        public static async Task<int> Counts([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var count = context.GetInput<int>();
            if (count == 3)
                return count;
            context.ContinueAsNew(await context.CallActivityAsync<int>("Add", count));
            return -1;
        }

        [Function("Collects")]
        public static async Task<List<int>> Collects([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var progress = context.GetInput<Progress>()!;
            if (!progress.Second)
            {
                await context.WaitForExternalEvent<object>("Go");
                context.ContinueAsNew(progress with { Second = true }, progress.Keep);
                return [];
            }

            context.SetCustomStatus("second");
            while (progress.Numbers.Count < 3)
                progress.Numbers.Add(await context.WaitForExternalEvent<int>("n"));
            return progress.Numbers;
        }

        [Function("TickOrStop")]
        public static async Task<string> TickOrStop([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var stop = context.WaitForExternalEvent<object>("Stop");
            var tick = context.WaitForExternalEvent<object>("Tick");
            var ticks = context.GetInput<int>();
            if (await Task.WhenAny(stop, tick) == stop)
                return $"stopped after {ticks}";
            context.ContinueAsNew(ticks + 1);
            return "again";
        }

        [Function("LeavesTimer")]
        public static async Task<string> LeavesTimer([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var began = context.CurrentUtcDateTime;
            if (context.GetInput<int>() == 0)
            {
                _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                context.ContinueAsNew(1);
                return "first";
            }

            context.SetCustomStatus("second");
            await context.CreateTimer(TimeSpan.FromHours(2), CancellationToken.None);
            return (context.CurrentUtcDateTime - began).ToString();
        }

        [Function("Gate")]
        public static async Task<string> Gate([ActivityTrigger] int number)
        {
            await gates[number].Task;
            ends[number].SetResult();
            return $"gate {number}";
        }

        [Function("LeavesActivity")]
        public static async Task<string> LeavesActivity([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var execution = context.GetInput<int>();
            var gate = context.CallActivityAsync<string>("Gate", execution);
            if (execution == 0)
            {
                context.ContinueAsNew(1);
                return "first";
            }

            context.SetCustomStatus("second");
            var poke = context.WaitForExternalEvent<object>("Poke");
            if (await Task.WhenAny(gate, poke) == poke)
                context.SetCustomStatus("poked");
            return await gate;
        }

        [Function("ChangesVersion")]
        public static Task<string> ChangesVersion([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (context.GetInput<int>() == 0)
                context.ContinueAsNew(new ContinueAsNewOptions { NewInput = 1, NewVersion = "2.0" });
            return Task.FromResult(context.Version);
        }
    }
}
