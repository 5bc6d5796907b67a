using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

/// <summary>What holds an orchestration that has returned, and what does not. The tasks are left alone on purpose.</summary>
public static class OpenTasks
{
    [Function(nameof(LeavesActivity))]
    public static string LeavesActivity([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CallActivityAsync(nameof(Basics.PassGate), context.InstanceId);
        return "returned";
    }

    [Function(nameof(LeavesTimer))]
    public static string LeavesTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        return "returned";
    }

    [Function(nameof(LeavesShortTimer))]
    public static string LeavesShortTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        return "returned";
    }

    [Function(nameof(CancelsTimer))]
    public static string CancelsTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancel = new CancellationTokenSource();
        _ = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        cancel.Cancel();
        return "returned";
    }

    [Function(nameof(LeavesChild))]
    public static string LeavesChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.CallSubOrchestratorAsync(
            nameof(ChildAtGate),
            context.InstanceId,
            new SubOrchestrationOptions(instanceId: context.InstanceId + "-child")
        );
        return "returned";
    }

    [Function(nameof(LeavesDetachedChild))]
    public static string LeavesDetachedChild([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var tags = new Dictionary<string, string> { ["FireAndForget"] = "" };
        _ = context.CallSubOrchestratorAsync(
            nameof(ChildAtGate),
            context.InstanceId,
            new SubOrchestrationOptions(new TaskOptions(null, tags), context.InstanceId + "-child")
        );
        return "returned";
    }

    [Function(nameof(LeavesEventWait))]
    public static string LeavesEventWait([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.WaitForExternalEvent<string>("never");
        return "returned";
    }

    [Function(nameof(LeavesEventWaitWithTimeout))]
    public static string LeavesEventWaitWithTimeout([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        _ = context.WaitForExternalEvent<string>("never", TimeSpan.FromHours(1));
        return "returned";
    }

    [Function(nameof(ChildAtGate))]
    public static Task<string> ChildAtGate([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync<string>(nameof(Basics.PassGate), context.GetInput<string>());
}
