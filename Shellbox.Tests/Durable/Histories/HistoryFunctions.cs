using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>Orchestrators that use all there is. A saved history holds them to what they do: change them only together with it.</summary>
public static class HistoryFunctions
{
    [Function("Everything")]
    public static async Task<List<string>> Everything([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var said = new List<string> { $"{context.Name} {context.GetInput<string>()} {context.NewGuid()} {context.CurrentUtcDateTime:O}" };
        context.SetCustomStatus("fan-out");
        var greetings = await Task.WhenAll(Enumerable.Range(1, 3).Select(n => context.CallActivityAsync<string>("Hello", $"{n}")));
        said.AddRange(greetings);

        var retries = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1), 2));
        said.Add(await context.CallActivityAsync<string>("FailsTwice", "activity", retries));
        try
        {
            await context.CallActivityAsync("Boom", "broken");
        }
        catch (TaskFailedException e)
        {
            said.Add($"{e.TaskName} #{e.TaskId} {e.FailureDetails.ErrorType}: {e.FailureDetails.ErrorMessage}");
        }

        using (var cancellation = new CancellationTokenSource())
        {
            var timer = context.CreateTimer(TimeSpan.FromDays(1), cancellation.Token);
            var wait = context.WaitForExternalEvent<string>("Go");
            context.SetCustomStatus("waiting");
            var first = await Task.WhenAny(timer, wait);
            cancellation.Cancel();
            said.Add(first == wait ? $"event {await wait}" : "timer");
        }

        try
        {
            await context.WaitForExternalEvent<string>("Never", TimeSpan.FromSeconds(5));
        }
        catch (OperationCanceledException)
        {
            said.Add($"timed out at {context.CurrentUtcDateTime:O}");
        }

        context.SendEvent(context.InstanceId, "Mine", "sent");
        said.Add(await context.WaitForExternalEvent<string>("mine"));
        said.Add(await context.CallSubOrchestratorAsync<string>("HistoryChild", "named", new SubOrchestrationOptions(retries, "child")));
        try
        {
            await context.CallSubOrchestratorAsync("FailingHistoryChild");
        }
        catch (TaskFailedException e)
        {
            said.Add($"{e.FailureDetails.ErrorType} < {e.FailureDetails.InnerFailure?.ErrorType}");
        }

        _ = context.CallActivityAsync("Hello", "nobody waits for this");
        said.Add($"{context.NewGuid()}");
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        return said;
    }

    [Function("HistoryChild")]
    public static async Task<string> HistoryChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        $"{context.Parent!.Name} > {await context.CallActivityAsync<string>("FailsTwice", context.GetInput<string>())}";

    [Function("FailingHistoryChild")]
    public static async Task FailingHistoryChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync("Boom", "deep");

    [Function("Loop")]
    public static async Task<string> Loop([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var rounds = context.GetInput<int>();
        var first = await context.WaitForExternalEvent<string>("Item");
        if (rounds < 2)
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            context.ContinueAsNew(rounds + 1);
            return first;
        }

        var second = await context.WaitForExternalEvent<string>("Item");
        return $"{rounds}: {first} {second} {await context.CallActivityAsync<string>("Hello", context.NewGuid())}";
    }
}
