using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

public static class Events
{
    /// <summary>Three numbers, awaited when it is told to start.</summary>
    [Function(nameof(CollectsNumbers))]
    public static async Task<List<int>> CollectsNumbers([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.WaitForExternalEvent<object?>("Start");
        return
        [
            await context.WaitForExternalEvent<int>("Number"),
            await context.WaitForExternalEvent<int>("Number"),
            await context.WaitForExternalEvent<int>("Number"),
        ];
    }

    [Function(nameof(WaitsTwiceAtOnce))]
    public static async Task<string> WaitsTwiceAtOnce([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var older = context.WaitForExternalEvent<string>("E");
        var newer = context.WaitForExternalEvent<string>("E");
        await Task.WhenAll(older, newer);
        return $"older={await older} newer={await newer}";
    }

    [Function(nameof(WaitsAgainAfterTimeout))]
    public static async Task<string> WaitsAgainAfterTimeout([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = "an event";
        try
        {
            await context.WaitForExternalEvent<string>("E", TimeSpan.FromSeconds(1));
        }
        catch (OperationCanceledException e)
        {
            first = e.GetType().Name;
        }

        context.SetCustomStatus("timed out");
        return $"{first} then {await context.WaitForExternalEvent<string>("E")}";
    }

    [Function(nameof(CancelsNewerWait))]
    public static async Task<string> CancelsNewerWait([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        using var cancel = new CancellationTokenSource();
        var older = context.WaitForExternalEvent<string>("E");
        var newer = context.WaitForExternalEvent<string>("E", cancel.Token);
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        cancel.Cancel();
        var thrown = "nothing";
        try
        {
            await newer;
        }
        catch (OperationCanceledException e)
        {
            thrown = e.GetType().Name;
        }

        context.SetCustomStatus("cancelled");
        return $"{thrown} {newer.Status}, older={await older}";
    }

    [Function(nameof(WaitsWithTimeout))]
    public static Task<string?> WaitsWithTimeout([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.WaitForExternalEvent<string?>("E", TimeSpan.FromHours(1));

    /// <summary>Sends to the instance of its input, to one that does not exist and to itself.</summary>
    [Function(nameof(SendsEvents))]
    public static async Task<string> SendsEvents([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SendEvent(context.GetInput<string>()!, "Go", "from another");
        context.SendEvent("there-is-no-such-instance", "Go", "x");
        context.SendEvent(context.InstanceId, "Mine", "from myself");
        return await context.WaitForExternalEvent<string>("Mine");
    }
}
