using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Retries
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1);

    /// <summary>Fails the first times; leaves a line with the time of each attempt.</summary>
    [Function(nameof(Flaky))]
    public static string Flaky([ActivityTrigger] FlakyInput input)
    {
        Record.Write("attempts-" + input.Id, TimeProvider.System.GetUtcNow().ToString("o", CultureInfo.InvariantCulture));
        var attempts = Record.Count("attempts-" + input.Id);
        return attempts > input.Failures ? $"ok after {attempts}" : throw new BoomException($"failure {attempts}");
    }

    [Function(nameof(RetriesByPolicy))]
    public static Task<string> RetriesByPolicy([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(context, context.GetInput<int>(), new RetryPolicy(3, Short));

    [Function(nameof(RetriesWithBackOff))]
    public static Task<string> RetriesWithBackOff([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(context, 3, new RetryPolicy(4, TimeSpan.FromSeconds(2), 2.0, TimeSpan.FromSeconds(3)));

    [Function(nameof(RetriesUntilTimeout))]
    public static Task<string> RetriesUntilTimeout([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(context, 99, new RetryPolicy(50, TimeSpan.FromSeconds(2), retryTimeout: TimeSpan.FromSeconds(3)));

    [Function(nameof(RetriesOnlyArithmetic))]
    public static Task<string> RetriesOnlyArithmetic([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(context, 99, new RetryPolicy(5, Short) { HandleFailure = f => f.IsCausedBy<ArithmeticException>() });

    [Function(nameof(RetriesByHandler))]
    public static Task<string> RetriesByHandler([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(
            context,
            99,
            TaskOptions.FromRetryHandler(
                new RetryHandler(retry => retry.LastAttemptNumber < 4 && retry.LastFailure.IsCausedBy<BoomException>())
            )
        );

    [Function(nameof(RetriesByThrowingHandler))]
    public static Task<string> RetriesByThrowingHandler([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(context, 99, TaskOptions.FromRetryHandler(new RetryHandler(_ => throw new ArithmeticException("handler"))));

    [Function(nameof(RetriesByWaitingHandler))]
    public static Task<string> RetriesByWaitingHandler([OrchestrationTrigger] TaskOrchestrationContext context) =>
        CallAsync(
            context,
            1,
            TaskOptions.FromRetryHandler(async retry =>
            {
                await retry.OrchestrationContext.CreateTimer(Short, CancellationToken.None);
                return true;
            })
        );

    [Function(nameof(RetriesChild))]
    public static Task<string> RetriesChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<string>(
            nameof(FlakyChild),
            new FlakyInput(context.InstanceId, 2),
            TaskOptions.FromRetryPolicy(new RetryPolicy(5, Short))
        );

    [Function(nameof(FlakyChild))]
    public static async Task<string> FlakyChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<FlakyInput>()!;
        if (!context.IsReplaying)
            Record.Write("children-" + input.Id, context.InstanceId);
        return await context.CallActivityAsync<string>(nameof(Flaky), input);
    }

    private static Task<string> CallAsync(TaskOrchestrationContext context, int failures, TaskOptions options) =>
        context.CallActivityAsync<string>(nameof(Flaky), new FlakyInput(context.InstanceId, failures), options);

    private static Task<string> CallAsync(TaskOrchestrationContext context, int failures, RetryPolicy policy) =>
        CallAsync(context, failures, TaskOptions.FromRetryPolicy(policy));

    public sealed record FlakyInput(string Id, int Failures);
}
