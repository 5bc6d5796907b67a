using System.Text.Json;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Hosting.Http;

/// <summary>What the tests of the management API run.</summary>
public static class ManagedFunctions
{
    [Function("PItem")]
    public static Task<Item?> PItem([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus(new { StepName = "x" });
        return Task.FromResult(context.GetInput<Item>());
    }

    [Function("Broken")]
    public static async Task Broken([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync("Boom", "activity broke");

    [Function("PMix")]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1849", Justification = "An orchestrator awaits only what its context gives it.")]
    public static async Task<JsonElement> PMix([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync<string>("Hello", "x");
        try
        {
            await context.CallActivityAsync("Boom", "activity broke");
        }
        catch (TaskFailedException)
        {
            // Wanted in the history.
        }

        using var cancel = new CancellationTokenSource();
        var never = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
        cancel.Cancel();
        await context.CallSubOrchestratorAsync<string>("Echo", "hello", new SubOrchestrationOptions { InstanceId = "mix-child" });
        try
        {
            await context.CallSubOrchestratorAsync("Broken", options: new SubOrchestrationOptions { InstanceId = "mix-broken" });
        }
        catch (TaskFailedException)
        {
            // Wanted in the history.
        }

        context.SendEvent("other", "Go", new { A = 1 });
        return await context.WaitForExternalEvent<JsonElement>("Go");
    }

    [Function("Open")]
    public static async Task Open([OrchestrationTrigger] TaskOrchestrationContext context) => await Task.WhenAll(
        context.CallActivityAsync("Sleep", 7),
        context.CallSubOrchestratorAsync("WaitGo", "for it", new SubOrchestrationOptions { InstanceId = "open-child" }));

    [Function("Sleep")]
    public static Task Sleep([ActivityTrigger] int number, CancellationToken cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, cancellation);

    [Function("Again")]
    public static Task<int> Again([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var n = context.GetInput<int>();
        if (n < 2)
            context.ContinueAsNew(n + 1);
        return Task.FromResult(n);
    }

    public sealed record Item(string FirstName);
}
