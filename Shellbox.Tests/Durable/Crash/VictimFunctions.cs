using System.Diagnostics;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>The victim's app: the orchestrators of the journeys, and some that kill their process.</summary>
public static class VictimFunctions
{
    internal const int Attempts = 3;

    private static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(Attempts, TimeSpan.FromMilliseconds(1)));

    internal static Ledger Ledger { get; set; } = null!;

    internal static string Join(IEnumerable<string> seen) => string.Join('+', seen);

    [Function("Step")]
    public static string Step([ActivityTrigger] StepInput input) => Ledger.WriteRun(input.Key, Join(input.Seen));

    /// <summary>Fails until it has run twice. A run whose result was lost counts too, so it takes three recorded attempts at most.</summary>
    [Function("Flaky")]
    public static string Flaky([ActivityTrigger] StepInput input)
    {
        var earlier = Ledger.RunsOf(input.Key);
        var nonce = Ledger.WriteRun(input.Key, Join(input.Seen));
        return earlier >= Attempts - 1 ? nonce : throw new BoomException(nonce);
    }

    [Function("Hopeless")]
    public static string Hopeless([ActivityTrigger] StepInput input) => throw new BoomException(Ledger.WriteRun(input.Key, Join(input.Seen)));

    [Function("FanOut")]
    public static async Task<string[]> FanOut([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(n => StepAsync(context, $"f{n}")));
        return [.. results, await StepAsync(context, "join", results)];
    }

    [Function("Timers")]
    public static async Task<string[]> Timers([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var a = await StepAsync(context, "a");
        using var cancellation = new CancellationTokenSource();
        _ = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
        var due = context.CurrentUtcDateTime.AddMilliseconds(5);
        await context.CreateTimer(due, CancellationToken.None);
        cancellation.Cancel();
        return [a, await StepAsync(context, "b", a, context.CurrentUtcDateTime >= due ? "after" : "before")];
    }

    [Function("Answered")]
    public static async Task<string[]> Answered([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var a = await StepAsync(context, "a");
        var answer = await context.WaitForExternalEvent<string>("answer");
        return [a, await StepAsync(context, "b", a, answer)];
    }

    [Function("Retries")]
    public static async Task<string[]> Retries([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var flaky = await context.CallActivityAsync<string>("Flaky", new StepInput($"{context.InstanceId}/flaky", []), Retried);
        var failed = "nothing";
        try
        {
            await context.CallActivityAsync("Hopeless", new StepInput($"{context.InstanceId}/hopeless", []), Retried);
        }
        catch (TaskFailedException e)
        {
            failed = e.TaskName;
        }

        return [flaky, await StepAsync(context, "b", flaky, failed)];
    }

    [Function("Family")]
    public static async Task<string[]> Family([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var children = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => context.CallSubOrchestratorAsync<string[]>(
            "Child", options: new SubOrchestrationOptions { InstanceId = $"{context.InstanceId}/c{n}" })));
        return [.. children[0], .. children[1], await StepAsync(context, "join", children[0][1], children[1][1])];
    }

    [Function("Child")]
    public static async Task<string[]> Child([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var a = await StepAsync(context, "a");
        return [a, await StepAsync(context, "b", a)];
    }

    [Function("Rounds")]
    public static async Task<string[]> Rounds([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var before = context.GetInput<string[]>() ?? [];
        List<string> told = [.. before.TakeLast(1)];
        if (before.Length == 2)
            told.Add(await context.WaitForExternalEvent<string>("kept"));
        string[] results = [.. before, await StepAsync(context, $"r{before.Length}", [.. told])];
        if (results.Length == 3)
            return results;
        if (results.Length == 1)
            context.SendEvent(context.InstanceId, "kept", results[0]);
        context.ContinueAsNew(results);
        return [];
    }

    [Function("Die")]
    public static void Die([ActivityTrigger] string? input) => Process.GetCurrentProcess().Kill();

    /// <summary>Takes a while and harms nobody.</summary>
    [Function("Slow")]
    public static async Task<string> Slow([ActivityTrigger] string? input)
    {
        await Task.Delay(150);
        return "slow";
    }

    [Function("DiesInActivity")]
    public static async Task DiesInActivity([OrchestrationTrigger] TaskOrchestrationContext context) => await context.CallActivityAsync("Die");

    [Function("DiesInOrchestrator")]
    public static Task DiesInOrchestrator([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Process.GetCurrentProcess().Kill();
        return Task.CompletedTask;
    }

    [Function("Innocent")]
    public static async Task<string> Innocent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<string>("Slow");

    private static Task<string> StepAsync(TaskOrchestrationContext context, string name, params string[] seen) =>
        context.CallActivityAsync<string>("Step", new StepInput($"{context.InstanceId}/{name}", seen));
}
