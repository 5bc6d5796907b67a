using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

/// <summary>Orchestrations that continue as new.</summary>
public static class Loops
{
    /// <summary>Counts down by an activity each time; the last gives the number of calls, which its input carries.</summary>
    [Function(nameof(Counts))]
    public static async Task<int> Counts([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var count = context.GetInput<Count>()!;
        if (count.Now == count.To)
            return count.Now;
        context.ContinueAsNew(count with { Now = await context.CallActivityAsync<int>(nameof(Basics.Increment), count.Now) });
        return -1;
    }

    [Function(nameof(CollectsAnew))]
    public static async Task<List<int>> CollectsAnew([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var collection = context.GetInput<Collection>()!;
        if (!collection.Second)
        {
            await context.WaitForExternalEvent<object?>("Go");
            context.ContinueAsNew(collection with { Second = true }, collection.Keep);
            return [];
        }

        context.SetCustomStatus("second");
        return
        [
            await context.WaitForExternalEvent<int>("N"),
            await context.WaitForExternalEvent<int>("N"),
            await context.WaitForExternalEvent<int>("N"),
        ];
    }

    /// <summary>The first execution leaves a short timer, the second waits by a long one of the same number.</summary>
    [Function(nameof(LeavesTimerAnew))]
    public static async Task<string> LeavesTimerAnew([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (context.GetInput<int>() == 0)
        {
            _ = context.CreateTimer(TimeSpan.FromSeconds(2), CancellationToken.None);
            context.ContinueAsNew(1);
            return "first";
        }

        using var cancel = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
        context.SetCustomStatus("second");
        var go = context.WaitForExternalEvent<string?>("Go");
        var first = await Task.WhenAny(timer, go);
        cancel.Cancel();
        return first == go ? "event" : "timer";
    }

    /// <summary>Each execution waits at a gate by an activity of the same number; only the second goes through.</summary>
    [Function(nameof(LeavesActivityAnew))]
    public static async Task<string> LeavesActivityAnew([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var execution = context.GetInput<int>();
        var passing = context.CallActivityAsync<string>(nameof(Basics.PassGate), $"{context.InstanceId}-{execution}");
        if (execution == 0)
        {
            context.ContinueAsNew(1);
            return "first";
        }

        context.SetCustomStatus("second");
        Task poke = context.WaitForExternalEvent<string?>("Poke");
        if (await Task.WhenAny(passing, poke) == poke)
            context.SetCustomStatus("poked");
        return await passing;
    }

    [Function(nameof(SetsStatusAndContinues))]
    public static async Task<string> SetsStatusAndContinues([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (context.GetInput<int>() > 0)
            return "second";
        context.SetCustomStatus("first");
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        context.ContinueAsNew(1);
        return "first";
    }

    public sealed record Count(int Now, int To);

    public sealed record Collection(bool Keep, bool Second);
}
