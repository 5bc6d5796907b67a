using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class FailureTests
{
    [Theory, LiveAndReplayed]
    public async Task An_orchestrators_own_exception_is_reported_without_its_cause_and_without_a_stack(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Throws");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal($"{typeof(BoomException).FullName}: outer", end.SerializedOutput);
        Assert.Null(end.FailureDetails);
    }

    [Theory, LiveAndReplayed]
    public async Task An_error_type_is_the_reflection_name_and_the_cause_is_the_inner_failure(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("Describe", "ThrowsNested");

        Assert.Equal(
            "Shellbox.Tests.Durable.FailureTests+NestedException: nested < System.InvalidOperationException: cause",
            end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_aggregate_is_not_unwrapped_and_its_inner_failure_is_the_first(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("Describe", "ThrowsAggregate");

        Assert.StartsWith("System.AggregateException: ", end.ReadOutputAs<string>(), StringComparison.Ordinal);
        Assert.EndsWith(" < System.ArithmeticException: one", end.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task IsCausedBy_looks_at_the_failure_and_its_base_types_and_never_at_the_cause(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("Causes");

        Assert.Equal("nested boom exception", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task The_inner_exception_is_set_for_an_activity_and_not_for_a_child(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("InnerExceptions");

        Assert.Equal("activity: activity broke; child: none", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task Task_numbers_count_activities_timers_and_children_together(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Numbers");

        Assert.Equal([0, 2, 4], end.ReadOutputAs<int[]>()!);
    }

    [Theory, LiveAndReplayed]
    public async Task A_result_of_null_is_the_default_of_what_was_asked_for(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("NullResult");

        Assert.Equal("0 none", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_activity_input_of_a_wrong_type_fails_the_activity_and_not_the_host(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("WrongInput");

        Assert.Contains("JsonException", end.ReadOutputAs<string>(), StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task WhenAll_throws_when_every_task_has_ended_and_each_failure_can_be_read(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("FailingFanOut");

        Assert.Equal("one,hello x,two", end.ReadOutputAs<string>());
    }

    public class NestedException(string message, Exception cause) : BoomException(message, cause);

    public static class Functions
    {
        [Function("Throws")]
        public static async Task Throws([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            await context.CallActivityAsync("Hello", "x");
            throw new BoomException("outer", new InvalidOperationException("inner"));
        }

        [Function("ThrowsNested")]
        public static string ThrowsNested([ActivityTrigger] string? input) =>
            throw new NestedException("nested", new InvalidOperationException("cause"));

        [Function("ThrowsAggregate")]
        public static string ThrowsAggregate([ActivityTrigger] string? input) =>
            throw new AggregateException(new ArithmeticException("one"), new InvalidOperationException("two"));

        [Function("Describe")]
        public static async Task<string> Describe([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync(context.GetInput<string>()!);
                return "no";
            }
            catch (TaskFailedException e)
            {
                var (details, inner) = (e.FailureDetails, e.FailureDetails.InnerFailure!);
                return $"{details.ErrorType}: {details.ErrorMessage} < {inner.ErrorType}: {inner.ErrorMessage}";
            }
        }

        [Function("Causes")]
        public static async Task<string> Causes([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("ThrowsNested");
                return "no";
            }
            catch (TaskFailedException e)
            {
                var names = new List<string>();
                if (e.FailureDetails.IsCausedBy<NestedException>())
                    names.Add("nested");
                if (e.FailureDetails.IsCausedBy<BoomException>())
                    names.Add("boom");
                if (e.FailureDetails.IsCausedBy<Exception>())
                    names.Add("exception");
                if (e.FailureDetails.IsCausedBy<InvalidOperationException>())
                    names.Add("cause");
                return string.Join(' ', names);
            }
        }

        [Function("FailingChild")]
        public static Task FailingChild([OrchestrationTrigger] TaskOrchestrationContext context) => throw new BoomException("child broke");

        [Function("InnerExceptions")]
        public static async Task<string> InnerExceptions([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            return $"activity: {await InnerOfAsync(context.CallActivityAsync("Boom", "activity broke"))}; "
                + $"child: {await InnerOfAsync(context.CallSubOrchestratorAsync("FailingChild"))}";

            static async Task<string> InnerOfAsync(Task task)
            {
                try
                {
                    await task;
                    return "no";
                }
                catch (TaskFailedException e)
                {
                    return e.InnerException?.Message ?? "none";
                }
            }
        }

        [Function("Numbers")]
        public static async Task<List<int>> Numbers([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var numbers = new List<int>();
            await FailAsync(context.CallActivityAsync("Boom", "a"));
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            await FailAsync(context.CallSubOrchestratorAsync("FailingChild"));
            await context.CallActivityAsync("ReturnsNull");
            await FailAsync(context.CallActivityAsync("Boom", "b"));
            return numbers;

            async Task FailAsync(Task task)
            {
                try
                {
                    await task;
                }
                catch (TaskFailedException e)
                {
                    numbers.Add(e.TaskId);
                }
            }
        }

        [Function("ReturnsNull")]
        public static string? ReturnsNull([ActivityTrigger] string? input) => null;

        [Function("NullResult")]
        public static async Task<string> NullResult([OrchestrationTrigger] TaskOrchestrationContext context) =>
            $"{await context.CallActivityAsync<int>("ReturnsNull")} {await context.CallActivityAsync<string?>("ReturnsNull") ?? "none"}";

        [Function("WrongInput")]
        public static async Task<string> WrongInput([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("Add", "not a number");
                return "no";
            }
            catch (TaskFailedException e)
            {
                return e.FailureDetails.ErrorType;
            }
        }

        [Function("FailingFanOut")]
        public static async Task<string> FailingFanOut([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            Task<string>[] tasks =
            [
                context.CallActivityAsync<string>("Boom", "one"),
                context.CallActivityAsync<string>("Hello", "x"),
                context.CallActivityAsync<string>("Boom", "two"),
            ];
            try
            {
                await Task.WhenAll(tasks);
                return "no";
            }
            catch (TaskFailedException)
            {
                return string.Join(',', tasks.Select(t => t.IsFaulted ? ((TaskFailedException)t.Exception.InnerException!).FailureDetails.ErrorMessage : t.Result));
            }
        }
    }
}
