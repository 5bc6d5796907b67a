using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>A loop that has been changed under its running instances.</summary>
public static class ChangedFunctions
{
    [Function("Loop")]
    public static async Task<string> Loop([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
        return await HistoryFunctions.Loop(context);
    }
}
