using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Histories
{
    /// <summary>One of each: activity, failing activity, timer, child, event sent, event received.</summary>
    [Function(nameof(DoesEverything))]
    public static async Task<string> DoesEverything([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        await Failures.FailureOfAsync(context.CallActivityAsync(nameof(Basics.Boom), "activity broke"));
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        await context.CallSubOrchestratorAsync(nameof(Basics.Greets), "x");
        context.SendEvent(context.InstanceId, "Go", new { A = 1 });
        await context.WaitForExternalEvent<object>("Go");
        return "done";
    }
}
