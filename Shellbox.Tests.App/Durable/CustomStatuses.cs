using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class CustomStatuses
{
    [Function(nameof(SetsStatus))]
    public static async Task SetsStatus([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("one");
        context.SetCustomStatus(new { Step = 2 });
        await context.WaitForExternalEvent<object?>("Go");
        context.SetCustomStatus("three");
    }

    [Function(nameof(SetsStatusAndFails))]
    public static async Task SetsStatusAndFails([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("first words");
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        context.SetCustomStatus("last words");
        throw new BoomException("end");
    }

    [Function(nameof(TakesStatusBack))]
    public static async Task TakesStatusBack([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("something");
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        context.SetCustomStatus(null);
    }

    /// <summary>Sets a text of that many characters.</summary>
    [Function(nameof(SetsLongStatus))]
    public static async Task SetsLongStatus([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("before");
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        context.SetCustomStatus(new string('x', context.GetInput<int>()));
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
    }
}
