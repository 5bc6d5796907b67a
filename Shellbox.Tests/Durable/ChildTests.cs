using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class ChildTests
{
    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task A_child_returns_to_its_parent_and_knows_it(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("Parent", id: "dad");

        Assert.Equal("child of Parent dad, child of Parent dad", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_without_a_given_id_has_32_hex_digits_and_one_with_has_that(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        await host.RunAsync("Parent", id: "dad");

        var ids = await host.Client.GetAllInstancesAsync().Select(i => i.InstanceId).ToListAsync(Limit);
        Assert.Contains("given", ids);
        Assert.Single(ids, i => i.Length == 32 && i.All(char.IsAsciiHexDigitLower));
    }

    [Theory, LiveAndReplayed]
    public async Task A_childs_failure_carries_its_activitys_failure_inside(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Grandparent");

        Assert.Equal(
            $"Microsoft.DurableTask.TaskFailedException > Microsoft.DurableTask.TaskFailedException > {typeof(BoomException).FullName}; "
            + "True False True",
            end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_terminated_child_fails_its_parent_with_a_clear_message(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        var id = await host.StartAsync("WaitsForChild");
        await host.UntilAsync("waiting-child", i => i.IsRunning);

        await host.Client.TerminateInstanceAsync("waiting-child", (object)"enough", Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("'WaitGo' (waiting-child) was terminated", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_of_an_unknown_name_fails_its_parent_with_a_clear_message(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("UnknownChild");

        Assert.Contains("The function 'Nobody' doesn't exist", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_may_not_take_the_id_of_a_running_instance(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        await host.StartAsync("WaitGo", id: "waiting-child");

        var end = await host.RunAsync("WaitsForChild");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("'waiting-child' exists and has not ended", end.SerializedOutput, StringComparison.Ordinal);
        Assert.True((await host.LookAsync("waiting-child")).IsRunning);
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_replaces_an_ended_instance_of_its_id(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        await host.RunAsync("Empty", id: "given");

        var end = await host.RunAsync("Parent", id: "dad");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("Child", (await host.LookAsync("given")).Name);
    }

    [Theory, LiveAndReplayed]
    public async Task A_parent_that_ends_does_not_touch_its_child_but_a_recursive_termination_does(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        var first = await host.StartAsync("WaitsForChild");
        await host.UntilAsync("waiting-child", i => i.IsRunning);

        await host.Client.TerminateInstanceAsync(first, (object?)null, Limit);
        await host.EndAsync(first);
        await host.QuietAsync();
        var untouched = await host.LookAsync("waiting-child");
        await host.Client.TerminateInstanceAsync("waiting-child", (object?)null, Limit);
        await host.EndAsync("waiting-child");
        var second = await host.StartAsync("WaitsForChild");
        await host.UntilAsync("waiting-child", i => i.IsRunning);
        await host.Client.TerminateInstanceAsync(second, new TerminateInstanceOptions("all", Recursive: true), Limit);
        await host.EndAsync(second);
        var terminated = await host.EndAsync("waiting-child");

        Assert.True(untouched.IsRunning);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, terminated.RuntimeStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_can_be_given_labels(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        await host.RunAsync("LabelsChild");

        Assert.Equal("red", (await host.LookAsync("labelled")).Tags["colour"]);
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_labelled_as_detached_does_not_hold_its_parent_and_runs_on(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("DetachesChild");
        var running = await host.LookAsync("detached");
        await host.Client.RaiseEventAsync("detached", "Go", "alone", Limit);
        var child = await host.EndAsync("detached");

        Assert.Equal("\"returned hello \"", end.SerializedOutput);
        Assert.False(running.IsCompleted);
        Assert.Equal("\"alone\"", child.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task A_child_labelled_as_detached_leaves_a_running_instance_of_its_id_alone(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));
        await host.StartAsync("WaitGo", id: "detached");

        var end = await host.RunAsync("DetachesChild");

        Assert.Equal("\"returned hello \"", end.SerializedOutput);
        Assert.False((await host.LookAsync("detached")).IsCompleted);
    }

    public static class Functions
    {
        [Function("DetachesChild")]
        public static async Task<string> DetachesChild([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var detached = new TaskOptions(null, new Dictionary<string, string> { ["FireAndForget"] = "" });
            await context.CallSubOrchestratorAsync("WaitGo", options: new SubOrchestrationOptions(detached, "detached"));
            return $"returned {await context.CallActivityAsync<string>("Hello", "")}";
        }

        [Function("LabelsChild")]
        public static Task LabelsChild([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallSubOrchestratorAsync(
            "Empty",
            options: new SubOrchestrationOptions(instanceId: "labelled") { Tags = new Dictionary<string, string> { ["colour"] = "red" } });

        [Function("Child")]
        public static Task<string> Child([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.FromResult($"child of {context.Parent?.Name} {context.Parent?.InstanceId}");

        [Function("Parent")]
        public static async Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var one = await context.CallSubOrchestratorAsync<string>("Child", "in");
            var two = await context.CallSubOrchestratorAsync<string>("Child", "in", new SubOrchestrationOptions(instanceId: "given"));
            return $"{one}, {two}";
        }

        [Function("FailingChild")]
        public static async Task FailingChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync("Boom", "deep");

        [Function("MiddleChild")]
        public static async Task MiddleChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync("FailingChild");

        [Function("Grandparent")]
        public static async Task<string> Grandparent([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallSubOrchestratorAsync("MiddleChild");
                return "no";
            }
            catch (TaskFailedException e)
            {
                var chain = new List<string>();
                for (var f = e.FailureDetails; f is not null; f = f.InnerFailure)
                    chain.Add(f.ErrorType);
                return $"{string.Join(" > ", chain)}; {e.FailureDetails.IsCausedBy<TaskFailedException>()} "
                    + $"{e.FailureDetails.IsCausedBy<BoomException>()} {e.InnerException is null}";
            }
        }

        [Function("WaitsForChild")]
        public static async Task WaitsForChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync("WaitGo", null, new SubOrchestrationOptions(instanceId: "waiting-child"));

        [Function("UnknownChild")]
        public static async Task UnknownChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync("Nobody");
    }
}
