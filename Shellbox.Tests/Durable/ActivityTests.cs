using System.Globalization;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class ActivityTests
{
    [Theory, LiveAndReplayed]
    public async Task An_orchestrator_returns_what_its_activity_returned(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));

        var end = await host.RunAsync("OneActivity", "x");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("hello x", end.ReadOutputAs<string>());
        Assert.Equal("\"x\"", end.SerializedInput);
        Assert.Equal("null", end.SerializedCustomStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task Activities_fan_out_and_fan_in(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("FanOut", 200);

        Assert.Equal(Enumerable.Range(1, 200).Sum(), end.ReadOutputAs<int>());
    }

    [Theory, LiveAndReplayed]
    public async Task Names_ignore_letter_case_and_are_reported_as_called(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("callsBOOM");

        Assert.Equal("callsBOOM", end.Name);
        Assert.Equal("bOOM", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task A_failed_activity_throws_with_its_details(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Details");

        Assert.Equal(
            $"Boom|0|{typeof(BoomException).FullName}|broke|Task 'Boom' (#0) failed with an unhandled exception: broke|True|False|True|True",
            end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task An_uncaught_activity_failure_fails_the_instance_with_the_official_text(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Uncaught");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#0) failed with an unhandled exception: activity broke",
            end.SerializedOutput);
        Assert.Null(end.FailureDetails);
    }

    [Theory, LiveAndReplayed]
    public async Task An_unknown_activity_fails_at_once_even_with_retries(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("CallsUnknown");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("The function 'Nope' doesn't exist", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task Inputs_ignore_letter_case_and_unknown_members_and_outputs_keep_names(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("Person", new { firstNAME = "Bob", Other = 1 });

        Assert.Equal("{\"FirstName\":\"Bob\",\"Kind\":1,\"Nothing\":null}", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_input_of_a_wrong_type_fails_the_instance(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("FanOut", "text");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.StartsWith("System.Text.Json.JsonException: ", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Theory, LiveAndReplayed]
    public async Task A_missing_number_is_zero(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions), typeof(Functions));

        var end = await host.RunAsync("FanOut");

        Assert.Equal("0", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task An_unknown_orchestrator_fails_and_names_the_known_ones(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(BasicFunctions));

        var end = await host.RunAsync("Nobody");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.StartsWith(
            "{\"message\":\"The function \\u0027Nobody\\u0027 doesn\\u0027t exist, is disabled, or is not an orchestrator function.",
            end.SerializedOutput,
            StringComparison.Ordinal);
    }

    public enum Kind
    {
        Zero,
        One,
    }

    public sealed record Person(string FirstName, Kind Kind, string? Nothing);

    public static class Functions
    {
        [Function("FanOut")]
        public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var results = await Task.WhenAll(
                Enumerable.Range(0, context.GetInput<int>()).Select(n => context.CallActivityAsync<int>("Add", n)));
            return results.Sum();
        }

        [Function("CallsBoom")]
        public static async Task<string> CallsBoom([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("bOOM", "x");
                return "no";
            }
            catch (TaskFailedException e)
            {
                return e.TaskName;
            }
        }

        [Function("Details")]
        public static async Task<string> Details([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            try
            {
                await context.CallActivityAsync("Boom", "broke");
                return "no";
            }
            catch (TaskFailedException e)
            {
                return string.Join('|', new object[]
                {
                    e.TaskName,
                    e.TaskId,
                    e.FailureDetails.ErrorType,
                    e.FailureDetails.ErrorMessage,
                    e.Message,
                    e.FailureDetails.IsCausedBy<BoomException>(),
                    e.FailureDetails.IsCausedBy<InvalidOperationException>(),
                    e.FailureDetails.IsCausedBy<Exception>(),
                    e.InnerException is not null,
                }.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o}")));
            }
        }

        [Function("Uncaught")]
        public static Task Uncaught([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("Boom", "activity broke");

        [Function("CallsUnknown")]
        public static Task CallsUnknown([OrchestrationTrigger] TaskOrchestrationContext context) =>
            context.CallActivityAsync("Nope", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromHours(1))));

        [Function("Person")]
        public static Task<Person> MakePerson([OrchestrationTrigger] TaskOrchestrationContext context) =>
            Task.FromResult(context.GetInput<Person>()! with { Kind = Kind.One });
    }
}
