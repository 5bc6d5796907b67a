using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class RetryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory, LiveAndReplayed]
    public async Task A_policy_retries_until_it_works_and_counts_every_task(bool replay)
    {
        var attempts = new Attempts(failures: 2);
        await using var host = await TestHost.StartAsync(Options(attempts, replay), typeof(Functions));

        var end = await host.RunAsync("Policy", 5);

        Assert.Equal("\"ok after 3\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task The_failure_after_all_attempts_has_the_number_of_the_last_one(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(new Attempts(failures: 99), replay), typeof(Functions));

        var end = await host.RunAsync("Policy", 3);

        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'Flaky' (#4) failed with an unhandled exception: failure 3", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task Delays_grow_by_the_coefficient_up_to_the_maximum(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        var attempts = new Attempts(failures: 99, time);
        await using var host = await TestHost.StartAsync(Options(attempts, replay) with { Time = time }, typeof(Functions));
        var id = await host.StartAsync("Backoff");

        for (var n = 1; n <= 4; n++)
        {
            await attempts.ReachedAsync(n);
            await host.AdvanceUntilAsync(time, TimeSpan.FromSeconds(1), () => attempts.Count > n);
        }

        await host.EndAsync(id);
        Assert.Equal([1, 3, 4, 4], attempts.Gaps());
    }

    [Theory, LiveAndReplayed]
    public async Task HandleFailure_decides_what_is_retried(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(new Attempts(failures: 99), replay), typeof(Functions));

        var end = await host.RunAsync("HandleFailure");

        Assert.Equal("1 attempts", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_handler_decides_by_the_attempt_and_the_failure(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(new Attempts(failures: 99), replay), typeof(Functions));

        var end = await host.RunAsync("Handler");

        Assert.Equal("#3 BoomException failure 4", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_handler_that_throws_makes_the_call_throw_its_exception(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(new Attempts(failures: 99), replay), typeof(Functions));

        var end = await host.RunAsync("ThrowingHandler");

        Assert.Equal("System.ArithmeticException: handler", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_asynchronous_handler_may_wait_by_a_durable_timer(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(new Attempts(failures: 1), replay), typeof(Functions));

        var end = await host.RunAsync("AsyncHandler");

        Assert.Equal("\"ok after 2\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task The_retry_timeout_ends_the_attempts(bool replay)
    {
        var time = new FakeTimeProvider(Start);
        var attempts = new Attempts(failures: 99, time);
        await using var host = await TestHost.StartAsync(Options(attempts, replay) with { Time = time }, typeof(Functions));
        var id = await host.StartAsync("Timeout");

        await attempts.ReachedAsync(1);
        await host.AdvanceUntilAsync(time, TimeSpan.FromSeconds(1), () => attempts.Count > 1);
        await host.AdvanceUntilAsync(time, TimeSpan.FromSeconds(1), () => attempts.Count > 2);

        var end = await host.EndAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(3, attempts.Count);
    }

    [Theory, LiveAndReplayed]
    public async Task A_retried_child_keeps_one_id(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(new Attempts(failures: 2), replay), typeof(Functions));

        var end = await host.RunAsync("RetriesChild");

        Assert.Equal("ok after 3", end.ReadOutputAs<string>());
        var children = await host.Client.GetAllInstancesAsync().Where(i => i.InstanceId != end.InstanceId).ToListAsync(TestLimit.Token);
        Assert.Single(children);
    }

    private static TestHostOptions Options(Attempts attempts, bool replay = false) => new()
    {
        Configure = services => services.AddSingleton(attempts),
        Replay = replay,
    };

    /// <summary>What the flaky activity has seen.</summary>
    public sealed class Attempts(int failures, TimeProvider? time = null)
    {
        private readonly List<DateTimeOffset> times = [];
        private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count
        {
            get
            {
                lock (times)
                    return times.Count;
            }
        }

        public string Next()
        {
            lock (times)
            {
                times.Add((time ?? TimeProvider.System).GetUtcNow());
                changed.TrySetResult();
                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                return times.Count > failures ? $"ok after {times.Count}" : throw new BoomException($"failure {times.Count}");
            }
        }

        public async Task ReachedAsync(int count)
        {
            while (true)
            {
                Task next;
                lock (times)
                {
                    if (times.Count >= count)
                        return;
                    next = changed.Task;
                }

                await next.WaitAsync(TestLimit.Token);
            }
        }

        public int[] Gaps()
        {
            lock (times)
                return [.. times.Zip(times.Skip(1), (a, b) => (int)(b - a).TotalSeconds)];
        }
    }

    public sealed class Functions(Attempts attempts)
    {
        private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

        [Function("Flaky")]
        public string Flaky([ActivityTrigger] string? input) => attempts.Next();

        [Function("FlakyChild")]
        public static async Task<string> FlakyChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync<string>("Flaky");

        [Function("Policy")]
        public static async Task<string> Policy([OrchestrationTrigger] TaskOrchestrationContext context) => await context.CallActivityAsync<string>(
            "Flaky", TaskOptions.FromRetryPolicy(new RetryPolicy(context.GetInput<int>(), Short)));

        [Function("Backoff")]
        public static async Task Backoff([OrchestrationTrigger] TaskOrchestrationContext context) => await context.CallActivityAsync(
            "Flaky",
            TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1), 3.0, TimeSpan.FromSeconds(4))));

        [Function("Timeout")]
        public static async Task Timeout([OrchestrationTrigger] TaskOrchestrationContext context) => await context.CallActivityAsync(
            "Flaky",
            TaskOptions.FromRetryPolicy(new RetryPolicy(50, TimeSpan.FromSeconds(1), retryTimeout: TimeSpan.FromSeconds(2))));

        [Function("HandleFailure")]
        public static async Task<string> HandleFailure([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync(
                    "Flaky",
                    TaskOptions.FromRetryPolicy(new RetryPolicy(5, Short) { HandleFailure = f => f.IsCausedBy<ArithmeticException>() }));
                return "none";
            }
            catch (TaskFailedException e)
            {
                return $"{e.TaskId + 1} attempts";
            }
        }

        [Function("Handler")]
        public static async Task<string> Handler([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("Flaky", TaskOptions.FromRetryHandler(
                    new RetryHandler(retry => retry.LastAttemptNumber < 4 && retry.LastFailure.IsCausedBy<BoomException>())));
                return "none";
            }
            catch (TaskFailedException e)
            {
                return $"#{e.TaskId} {e.FailureDetails.ErrorType.Split('.')[^1]} {e.FailureDetails.ErrorMessage}";
            }
        }

        [Function("ThrowingHandler")]
        public static async Task ThrowingHandler([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync("Flaky", TaskOptions.FromRetryHandler(new RetryHandler(_ => throw new ArithmeticException("handler"))));

        [Function("AsyncHandler")]
        public static async Task<string> AsyncHandler([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallActivityAsync<string>("Flaky", TaskOptions.FromRetryHandler(async retry =>
            {
                await retry.OrchestrationContext.CreateTimer(Short, CancellationToken.None);
                return true;
            }));

        [Function("RetriesChild")]
        public static async Task<string> RetriesChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
            await context.CallSubOrchestratorAsync<string>("FlakyChild", TaskOptions.FromRetryPolicy(new RetryPolicy(5, Short)));
    }
}
