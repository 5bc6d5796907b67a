using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Shellbox.Tests.App.Durable;

/// <summary>Orchestrators that tell what each of their replays sees, and orchestrators whose code changes between turns.</summary>
public static class Replays
{
    [Function(nameof(MakesGuids))]
    public static async Task<List<Guid>> MakesGuids([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        List<Guid> guids = [Seen(context.NewGuid()), Seen(context.NewGuid())];
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        guids.Add(Seen(context.NewGuid()));
        return guids;

        Guid Seen(Guid guid)
        {
            Record.Write("seen-" + context.InstanceId, guid.ToString());
            return guid;
        }
    }

    [Function(nameof(ReadsClock))]
    public static async Task<List<DateTime>> ReadsClock([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        List<DateTime> times = [Seen(context.CurrentUtcDateTime), Seen(context.CurrentUtcDateTime)];
        for (var n = 0; n < 2; n++)
        {
            await context.CallActivityAsync(nameof(Basics.Hello), "x");
            times.Add(Seen(context.CurrentUtcDateTime));
        }

        return times;

        DateTime Seen(DateTime time)
        {
            Record.Write("seen-" + context.InstanceId, time.Ticks.ToString(CultureInfo.InvariantCulture));
            return time;
        }
    }

    [Function(nameof(PassesPoints))]
    public static async Task PassesPoints([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Pass(0);
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        Pass(1);
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        Pass(2);
        await context.CallSubOrchestratorAsync(nameof(Basics.Greets), "x");
        Pass(3);

        void Pass(int point) => Record.Write("seen-" + context.InstanceId, $"{point} {(context.IsReplaying ? "again" : "new")}");
    }

    [Function(nameof(ChangesActivity))]
    public static async Task ChangesActivity([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (IsChanged(context))
            await context.CallActivityAsync(nameof(Basics.Increment), 1);
        else
            await context.CallActivityAsync(nameof(Basics.Hello), "x");
        await WaitAsync(context);
    }

    [Function(nameof(ChangesToTimer))]
    public static async Task ChangesToTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (IsChanged(context))
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        else
            await context.CallActivityAsync(nameof(Basics.Hello), "x");
        await WaitAsync(context);
    }

    [Function(nameof(ReturnsEarly))]
    public static async Task ReturnsEarly([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (IsChanged(context))
            return;
        await context.CallActivityAsync(nameof(Basics.Hello), "x");
        await WaitAsync(context);
    }

    private static bool IsChanged(TaskOrchestrationContext context) => Record.IsOpen("change-" + context.InstanceId);

    private static Task<object?> WaitAsync(TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waits");
        return context.WaitForExternalEvent<object?>("Go");
    }
}
