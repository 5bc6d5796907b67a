using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Children
{
    [Function(nameof(KnowsItsParent))]
    public static string KnowsItsParent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        $"{context.InstanceId} of {context.Parent?.Name} {context.Parent?.InstanceId}";

    /// <summary>One child with an id of the caller's choice, one without.</summary>
    [Function(nameof(HasTwoChildren))]
    public static async Task<string[]> HasTwoChildren([OrchestrationTrigger] TaskOrchestrationContext context) =>
        [
            await context.CallSubOrchestratorAsync<string>(
                nameof(KnowsItsParent),
                options: new SubOrchestrationOptions(instanceId: context.InstanceId + "-given")
            ),
            await context.CallSubOrchestratorAsync<string>(nameof(KnowsItsParent)),
        ];

    [Function(nameof(FansOutChildren))]
    public static async Task<string> FansOutChildren([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var greetings = await Task.WhenAll(
            Enumerable
                .Range(0, context.GetInput<int>())
                .Select(n => context.CallSubOrchestratorAsync<string>(nameof(Basics.Greets), $"{n}"))
        );
        return string.Join(", ", greetings);
    }

    [Function(nameof(WaitsForChild))]
    public static Task<string> WaitsForChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<string>(
            nameof(Basics.WaitsGo),
            options: new SubOrchestrationOptions(instanceId: context.InstanceId + "-child")
        );

    [Function(nameof(CallsUnknownChild))]
    public static Task<string> CallsUnknownChild([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync<string>("NoSuchOrchestrator");
}
