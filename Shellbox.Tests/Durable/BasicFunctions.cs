using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable;

/// <summary>Functions that several tests use.</summary>
public static class BasicFunctions
{
    [Function("Hello")]
    public static string Hello([ActivityTrigger] string name) => $"hello {name}";

    [Function("Add")]
    public static int Add([ActivityTrigger] int number) => number + 1;

    [Function("Boom")]
    public static string Boom([ActivityTrigger] string message) => throw new BoomException(message);

    [Function("Empty")]
    public static Task<string> Empty([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult("done");

    [Function("OneActivity")]
    public static async Task<string> OneActivity([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallActivityAsync<string>("Hello", context.GetInput<string>());

    [Function("WaitGo")]
    public static async Task<string> WaitGo([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.WaitForExternalEvent<string>("Go");

    [Function("Echo")]
    public static Task<string?> Echo([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.GetInput<string>());
}
