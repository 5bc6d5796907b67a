using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class ControlTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Termination_ends_an_instance_with_the_given_output()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));
        var id = await host.StartAsync("WaitGo");

        await host.Client.TerminateInstanceAsync(id, new { Why = "enough" }, Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("{\"Why\":\"enough\"}", end.SerializedOutput);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
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

    [Fact]
    public async Task A_suspended_instance_can_be_terminated()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));
        var id = await host.StartAsync("WaitGo");
        await host.Client.SuspendInstanceAsync(id, cancellation: Limit);
        await host.UntilAsync(id, i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        await host.Client.TerminateInstanceAsync(id, Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
    }

    [Fact]
    public async Task Orders_to_a_wrong_instance_throw()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));
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

    [Fact]
    public async Task Starting_a_running_id_throws_and_an_ended_one_is_replaced()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time }, typeof(BasicFunctions));
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

    [Fact]
    public async Task Results_for_a_terminated_execution_never_reach_its_successor()
    {
        var gate = new TaskCompletionSource();
        Functions.Gate = gate;
        await using var host = await TestHost.StartAsync(typeof(Functions), typeof(BasicFunctions));
        await host.StartAsync("Slow", id: "same");
        await host.Client.TerminateInstanceAsync("same", Limit);
        await host.EndAsync("same");

        await host.StartAsync("WaitGo", id: "same");
        gate.SetResult();
        await host.QuietAsync();
        await host.Client.RaiseEventAsync("same", "Go", "second", Limit);
        var end = await host.EndAsync("same");

        Assert.Equal("\"second\"", end.SerializedOutput);
    }

    [Fact]
    public async Task StartAt_keeps_an_instance_pending_and_events_for_it_are_kept()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time }, typeof(BasicFunctions));
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

    [Fact]
    public async Task An_instance_that_waits_for_its_time_can_be_terminated_suspended_and_resumed()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time }, typeof(BasicFunctions));
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

    [Fact]
    public async Task Purging_removes_ended_instances_only()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));
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

    [Fact]
    public async Task A_purge_by_status_and_time_takes_only_what_meets_both()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = time }, typeof(BasicFunctions));
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

    [Fact]
    public async Task Queries_are_paged_by_id_and_filtered()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));
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

    [Fact]
    public async Task Tags_version_and_input_are_kept()
    {
        await using var host = await TestHost.StartAsync(typeof(Functions));
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

    [Fact]
    public async Task Without_inputs_and_outputs_the_custom_status_is_left_out_too()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));
        await host.RunAsync("Empty", "x", id: "one");

        var bare = await host.Client.GetInstanceAsync("one", Limit);
        var full = await host.Client.GetInstanceAsync("one", getInputsAndOutputs: true, Limit);

        Assert.Equal((null, null, null), (bare!.SerializedInput, bare.SerializedOutput, bare.SerializedCustomStatus));
        Assert.Equal(("\"x\"", "\"done\"", "null"), (full!.SerializedInput, full.SerializedOutput, full.SerializedCustomStatus));
        Assert.Null(await host.Client.GetInstanceAsync("unknown", Limit));
    }

    [Fact]
    public async Task Waiting_for_an_unknown_instance_waits_until_there_is_one()
    {
        await using var host = await TestHost.StartAsync(typeof(BasicFunctions));

        var waiting = host.Client.WaitForInstanceCompletionAsync("future", Limit);
        var before = waiting.IsCompleted;
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Empty", null, new StartOrchestrationOptions("future"), Limit);
        var end = await waiting;

        Assert.False(before);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
    }

    public static class Functions
    {
        internal static TaskCompletionSource Gate { get; set; } = new();

        [Function("Collect")]
        public static async Task<List<int>> Collect([OrchestrationTrigger] TaskOrchestrationContext context) =>
        [
            await context.WaitForExternalEvent<int>("N"),
            await context.WaitForExternalEvent<int>("N"),
            await context.WaitForExternalEvent<int>("N"),
        ];

        [Function("WaitsForGate")]
        public static async Task<string> WaitsForGate([ActivityTrigger] string? input)
        {
            await Gate.Task;
            return "from the first";
        }

        [Function("Slow")]
        public static async Task<string> Slow([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync<string>("WaitsForGate");

        [Function("Version")]
        public static Task<string> Version([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.Version);
    }
}
