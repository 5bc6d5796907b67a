using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class ControlTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task Termination_ends_an_instance_with_the_given_output(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));
        var id = await host.StartAsync("WaitGo");

        await host.Client.TerminateInstanceAsync(id, new { Why = "enough" }, Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("{\"Why\":\"enough\"}", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_suspended_instance_keeps_events_in_order_and_goes_on_when_resumed(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("Collect");

        await host.Client.SuspendInstanceAsync(id, "pause", Limit);
        var suspended = await host.UntilAsync(id, i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        foreach (var n in (int[])[1, 2, 3])
            await host.Client.RaiseEventAsync(id, "N", n, Limit);
        await host.QuietAsync();
        var still = await host.LookAsync(id);
        await host.Client.ResumeInstanceAsync(id, "go", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal("pause", suspended.SerializedOutput);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, still.RuntimeStatus);
        Assert.Equal("[1,2,3]", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_suspended_instance_can_be_terminated(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));
        var id = await host.StartAsync("WaitGo");
        await host.Client.SuspendInstanceAsync(id, cancellation: Limit);
        await host.UntilAsync(id, i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        await host.Client.TerminateInstanceAsync(id, Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task Orders_to_a_wrong_instance_throw(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));
        await host.RunAsync("Empty", id: "over");
        await host.StartAsync("WaitGo", id: "running");
        await host.StartAsync("WaitGo", id: "suspended");
        await host.Client.SuspendInstanceAsync("suspended", cancellation: Limit);
        await host.UntilAsync("suspended", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        foreach (var id in (string[])["over", "unknown"])
        {
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync(id, "E", cancellation: Limit));
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.TerminateInstanceAsync(id, Limit));
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.SuspendInstanceAsync(id, Limit));
            await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.ResumeInstanceAsync(id, Limit));
        }

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.ResumeInstanceAsync("running", Limit));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.SuspendInstanceAsync("suspended", Limit));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.Client.PurgeInstanceAsync("running", Limit));
    }

    [Theory, LiveAndReplayed]
    public async Task Starting_a_running_id_throws_and_an_ended_one_is_replaced(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions));
        await host.StartAsync("WaitGo", id: "one");

        var error = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => host.RunAsync("Empty", id: "one"));
        await host.Client.RaiseEventAsync("one", "Go", "went on", Limit);
        var first = await host.EndAsync("one");
        time.Advance(TimeSpan.FromMinutes(1));
        var second = await host.RunAsync("Empty", id: "one");

        Assert.Contains("already exists", error.Message, StringComparison.Ordinal);
        Assert.Equal("\"went on\"", first.SerializedOutput);
        Assert.Equal("\"done\"", second.SerializedOutput);
        Assert.Equal(TimeSpan.FromMinutes(1), second.CreatedAt - first.CreatedAt);
    }

    [Theory]
    [InlineData("Fails", OrchestrationRuntimeStatus.Failed)]
    [InlineData("WaitGo", OrchestrationRuntimeStatus.Terminated)]
    [InlineData("Empty", OrchestrationRuntimeStatus.Completed)]
    public async Task An_id_can_be_used_again_however_its_instance_ended(string orchestrator, OrchestrationRuntimeStatus ended)
    {
        await using var host = await TestHost.StartAsync(typeof(Functions), typeof(BasicFunctions));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, "old", new StartOrchestrationOptions("again"), Limit);
        if (ended == OrchestrationRuntimeStatus.Terminated)
            await host.Client.TerminateInstanceAsync(id, Limit);
        var first = await host.EndAsync(id);

        var second = await host.RunAsync("Echo", "new", id);

        Assert.Equal(ended, first.RuntimeStatus);
        Assert.Equal(("Echo", "\"new\"", "\"new\""), (second.Name, second.SerializedInput, second.SerializedOutput));
    }

    [Theory, LiveAndReplayed]
    public async Task Instance_ids_are_told_apart_by_letter_case(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));

        await host.RunAsync("Echo", "upper", id: "ID");
        await host.RunAsync("Echo", "lower", id: "id");

        Assert.Equal("\"upper\"", (await host.LookAsync("ID")).SerializedOutput);
        Assert.Equal("\"lower\"", (await host.LookAsync("id")).SerializedOutput);
        Assert.Null(await host.Client.GetInstanceAsync("Id", Limit));
    }

    [Theory, LiveAndReplayed]
    public async Task An_activity_of_a_terminated_execution_runs_to_its_end_and_its_result_never_reaches_the_successor(bool replay)
    {
        var (gates, ends) = Functions.NewGates();
        await using var host = await TestHost.StartAsync(replay, typeof(Functions), typeof(BasicFunctions));
        await host.StartAsync("Slow", 0, id: "same");
        await host.Client.TerminateInstanceAsync("same", Limit);
        await host.EndAsync("same");

        // The successor waits for a task of the same number.
        await host.StartAsync("Slow", 1, id: "same");
        gates[0].SetResult();
        await ends[0].Task.WaitAsync(Limit);
        await host.Client.RaiseEventAsync("same", "Poke", cancellation: Limit);
        await host.UntilAsync("same", i => i.SerializedCustomStatus == "\"poked\"");
        gates[1].SetResult();
        var end = await host.EndAsync("same");

        Assert.Equal("\"gate 1\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_timer_of_a_terminated_execution_never_reaches_the_successor(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(Functions));
        await host.StartAsync("Sleeps", id: "same");
        await host.Client.TerminateInstanceAsync("same", Limit);
        await host.EndAsync("same");
        time.Advance(TimeSpan.FromMinutes(30));

        // The successor waits for a timer of the same number.
        await host.StartAsync("Sleeps", id: "same");
        await host.QuietAsync();
        time.Advance(TimeSpan.FromMinutes(30));
        await host.QuietAsync();
        var whenTheOldOneIsDue = await host.LookAsync("same");
        time.Advance(TimeSpan.FromMinutes(30));
        var end = await host.EndAsync("same");

        Assert.Equal(OrchestrationRuntimeStatus.Running, whenTheOldOneIsDue.RuntimeStatus);
        Assert.Equal("\"awake\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task Nothing_is_done_for_what_comes_after_a_termination(bool replay)
    {
        using var gate = new SemaphoreSlim(0);
        Functions.Turn = gate;
        await using var host = await TestHost.StartAsync(replay, typeof(Functions), typeof(BasicFunctions));
        var id = await host.StartAsync("BlocksItsTurn");

        // Both orders come while a turn is under way, so that the next takes them together.
        await host.Client.RaiseEventAsync(id, "Block", cancellation: Limit);
        await host.Client.TerminateInstanceAsync(id, (object)"enough", Limit);
        await host.Client.RaiseEventAsync(id, "Child", cancellation: Limit);
        gate.Release();
        var end = await host.EndAsync(id);
        await host.QuietAsync();

        Assert.Equal("\"enough\"", end.SerializedOutput);
        Assert.Null(await host.Client.GetInstanceAsync("late-child", Limit));
    }

    [Theory, LiveAndReplayed]
    public async Task A_suspended_instance_holds_the_results_of_its_activities_back(bool replay)
    {
        var (gates, ends) = Functions.NewGates();
        await using var host = await TestHost.StartAsync(replay, typeof(Functions), typeof(BasicFunctions));
        var id = await host.StartAsync("Slow", 0);
        await host.Client.SuspendInstanceAsync(id, cancellation: Limit);
        await host.UntilAsync(id, i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        gates[0].SetResult();
        await ends[0].Task.WaitAsync(Limit);
        await host.QuietAsync();
        var suspended = await host.LookAsync(id);
        await host.Client.ResumeInstanceAsync(id, cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, suspended.RuntimeStatus);
        Assert.Equal("\"gate 0\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_timer_that_fires_while_its_instance_is_suspended_is_heard_when_it_is_resumed(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(Functions));
        var id = await host.StartAsync("Sleeps");
        await host.Client.SuspendInstanceAsync(id, cancellation: Limit);
        await host.UntilAsync(id, i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        time.Advance(TimeSpan.FromHours(1));
        await host.QuietAsync();
        var suspended = await host.LookAsync(id);
        await host.Client.ResumeInstanceAsync(id, cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Suspended, suspended.RuntimeStatus);
        Assert.Equal("\"awake\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task StartAt_keeps_an_instance_pending_and_events_for_it_are_kept(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "WaitGo", null, new StartOrchestrationOptions("later", Start.AddHours(1)), Limit);

        await host.Client.RaiseEventAsync(id, "Go", "early", Limit);
        await host.QuietAsync();
        var pending = await host.LookAsync(id);
        time.Advance(TimeSpan.FromHours(1));
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Pending, pending.RuntimeStatus);
        Assert.Equal("\"early\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_instance_that_waits_for_its_time_can_be_terminated_suspended_and_resumed(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions));
        foreach (var id in (string[])["ended", "paused"])
            await host.Client.ScheduleNewOrchestrationInstanceAsync("Empty", null, new StartOrchestrationOptions(id, Start.AddHours(1)), Limit);

        await host.Client.TerminateInstanceAsync("ended", Limit);
        var ended = await host.EndAsync("ended");
        await host.Client.SuspendInstanceAsync("paused", cancellation: Limit);
        await host.UntilAsync("paused", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        time.Advance(TimeSpan.FromHours(2));
        await host.QuietAsync();
        var paused = await host.LookAsync("paused");
        await host.Client.ResumeInstanceAsync("paused", cancellation: Limit);
        var resumed = await host.EndAsync("paused");

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, ended.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, paused.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, resumed.RuntimeStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task Purging_removes_ended_instances_only(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));
        foreach (var id in (string[])["a", "b", "c"])
            await host.RunAsync("Empty", id: id);
        await host.StartAsync("WaitGo", id: "running");

        var one = await host.Client.PurgeInstanceAsync("a", Limit);
        var none = await host.Client.PurgeInstanceAsync("unknown", Limit);
        var rest = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(DateTimeOffset.MinValue), Limit);

        Assert.Equal((1, 0, 2), (one.PurgedInstanceCount, none.PurgedInstanceCount, rest.PurgedInstanceCount));
        Assert.Null(await host.Client.GetInstanceAsync("a", Limit));
        Assert.True((await host.LookAsync("running")).IsRunning);
    }

    [Theory, LiveAndReplayed]
    public async Task A_purge_by_status_and_time_takes_only_what_meets_both(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions));
        await host.RunAsync("Empty", id: "old");
        time.Advance(TimeSpan.FromHours(1));
        await host.RunAsync("Empty", id: "new");
        await host.RunAsync("Nobody", id: "failed");

        var purged = await host.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(Start.AddMinutes(30), null, [OrchestrationRuntimeStatus.Completed]), Limit);

        Assert.Equal(1, purged.PurgedInstanceCount);
        var left = await host.Client.GetAllInstancesAsync().Select(i => i.InstanceId).ToListAsync(Limit);
        Assert.Equal(["failed", "old"], left);
    }

    [Theory, LiveAndReplayed]
    public async Task Queries_are_paged_by_id_and_filtered(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));
        for (var n = 0; n < 25; n++)
            await host.RunAsync("Empty", id: $"i{n:d2}");
        await host.StartAsync("WaitGo", id: "running");

        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in host.Client.GetAllInstancesAsync(new OrchestrationQuery(
            Statuses: [OrchestrationRuntimeStatus.Completed], InstanceIdPrefix: "i", PageSize: 10)).AsPages())
        {
            pages.Add(page);
        }

        var again = await host.Client.GetAllInstancesAsync(new OrchestrationQuery(ContinuationToken: pages[0].ContinuationToken, PageSize: 3))
            .AsPages().FirstAsync(Limit);
        Assert.Equal([10, 10, 5], pages.Select(p => p.Values.Count));
        Assert.Equal(Enumerable.Range(0, 25).Select(n => $"i{n:d2}"), pages.SelectMany(p => p.Values).Select(i => i.InstanceId));
        Assert.Null(pages[^1].ContinuationToken);
        Assert.Equal(["i10", "i11", "i12"], again.Values.Select(i => i.InstanceId));
        Assert.Null(pages[0].Values[0].SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task Tags_version_and_input_are_kept(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Version",
            "in",
            new StartOrchestrationOptions { Version = "1.2", Tags = new Dictionary<string, string> { ["k"] = "v" } },
            Limit);

        var end = await host.EndAsync(id);

        Assert.Equal("\"1.2\"", end.SerializedOutput);
        Assert.Equal("v", end.Tags["k"]);
        Assert.Equal("\"in\"", end.SerializedInput);
    }

    [Theory, LiveAndReplayed]
    public async Task Without_inputs_and_outputs_the_custom_status_is_left_out_too(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));
        await host.RunAsync("Empty", "x", id: "one");

        var bare = await host.Client.GetInstanceAsync("one", Limit);
        var full = await host.Client.GetInstanceAsync("one", getInputsAndOutputs: true, Limit);

        Assert.Equal((null, null, null), (bare!.SerializedInput, bare.SerializedOutput, bare.SerializedCustomStatus));
        Assert.Equal(("\"x\"", "\"done\"", "null"), (full!.SerializedInput, full.SerializedOutput, full.SerializedCustomStatus));
        Assert.Null(await host.Client.GetInstanceAsync("unknown", Limit));
    }

    [Theory, LiveAndReplayed]
    public async Task Waiting_for_an_unknown_instance_waits_until_there_is_one(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));

        var waiting = host.Client.WaitForInstanceCompletionAsync("future", Limit);
        var before = waiting.IsCompleted;
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Empty", null, new StartOrchestrationOptions("future"), Limit);
        var end = await waiting;

        Assert.False(before);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task Waiting_for_the_start_of_an_unknown_instance_waits_until_it_has_begun(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions));

        var waiting = host.Client.WaitForInstanceStartAsync("future", Limit);
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitGo", null, new StartOrchestrationOptions("future", Start.AddHours(1)), Limit);
        await host.QuietAsync();
        var before = waiting.IsCompleted;
        time.Advance(TimeSpan.FromHours(1));
        var begun = await waiting;

        Assert.False(before);
        Assert.Equal(OrchestrationRuntimeStatus.Running, begun.RuntimeStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task A_recursive_purge_takes_the_ended_children_along_and_a_plain_one_leaves_them(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions), typeof(BasicFunctions));
        await host.RunAsync("HasChild", "plain-child", id: "plain");
        await host.RunAsync("HasChild", "taken-child", id: "recursive");

        var plain = await host.Client.PurgeInstanceAsync("plain", Limit);
        var recursive = await host.Client.PurgeInstanceAsync("recursive", new PurgeInstanceOptions(Recursive: true), Limit);

        Assert.Equal((1, 2), (plain.PurgedInstanceCount, recursive.PurgedInstanceCount));
        var left = await host.Client.GetAllInstancesAsync().Select(i => i.InstanceId).ToListAsync(Limit);
        Assert.Equal(["plain-child"], left);
    }

    [Theory, LiveAndReplayed]
    public async Task A_query_by_time_and_status_gives_what_meets_both_with_data_only_if_asked(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time, Replay = replay }, typeof(BasicFunctions));
        await host.RunAsync("Echo", "old", id: "old");
        time.Advance(TimeSpan.FromHours(1));
        await host.RunAsync("Echo", "new", id: "new");
        await host.StartAsync("WaitGo", id: "running");

        var query = new OrchestrationQuery(
            CreatedFrom: Start.AddMinutes(1), CreatedTo: Start.AddHours(2), Statuses: [OrchestrationRuntimeStatus.Completed], FetchInputsAndOutputs: true);
        var full = await host.Client.GetAllInstancesAsync(query).ToListAsync(Limit);
        var bare = await host.Client.GetAllInstancesAsync(query with { FetchInputsAndOutputs = false }).ToListAsync(Limit);

        var found = Assert.Single(full);
        Assert.Equal(
            ("new", "\"new\"", "\"new\"", "null"), (found.InstanceId, found.SerializedInput, found.SerializedOutput, found.SerializedCustomStatus));
        Assert.Null(Assert.Single(bare).SerializedCustomStatus);
    }

    public static class Functions
    {
        private static TaskCompletionSource[] gates = [];
        private static TaskCompletionSource[] ends = [];

        internal static SemaphoreSlim? Turn { get; set; }

        internal static (TaskCompletionSource[] Gates, TaskCompletionSource[] Ends) NewGates() => (
            gates = [new(), new()],
            ends = [new(TaskCreationOptions.RunContinuationsAsynchronously), new(TaskCreationOptions.RunContinuationsAsynchronously)]);

        [Function("Collect")]
        public static async Task<List<int>> Collect([OrchestrationTrigger] TaskOrchestrationContext context) =>
        [
            await context.WaitForExternalEvent<int>("N"),
            await context.WaitForExternalEvent<int>("N"),
            await context.WaitForExternalEvent<int>("N"),
        ];

        [Function("WaitsForGate")]
        public static async Task<string> WaitsForGate([ActivityTrigger] int number)
        {
            await gates[number].Task;
            ends[number].SetResult();
            return $"gate {number}";
        }

        [Function("Slow")]
        public static async Task<string> Slow([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var gate = context.CallActivityAsync<string>("WaitsForGate", context.GetInput<int>());
            var poke = context.WaitForExternalEvent<object>("Poke");
            if (await Task.WhenAny(gate, poke) == poke)
                context.SetCustomStatus("poked");
            return await gate;
        }

        [Function("Fails")]
        public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context) => throw new BoomException("fails");

        [Function("Sleeps")]
        public static async Task<string> Sleeps([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return "awake";
        }

        [Function("BlocksItsTurn")]
        public static async Task BlocksItsTurn([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.WaitForExternalEvent<object>("Block");
            if (!context.IsReplaying)
                Turn!.Wait();
            await context.WaitForExternalEvent<object>("Child");
            await context.CallSubOrchestratorAsync("Empty", options: new SubOrchestrationOptions(instanceId: "late-child"));
        }

        [Function("HasChild")]
        public static async Task HasChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync("Empty", options: new SubOrchestrationOptions(instanceId: context.GetInput<string>()));

        [Function("Version")]
        public static Task<string> Version([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.Version);
    }
}
