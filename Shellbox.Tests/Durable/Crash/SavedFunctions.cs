using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>What the saved files call beside <see cref="BasicFunctions"/>. As the files are, so these have to stay.</summary>
public static class SavedFunctions
{
    [Function("HelloThenTimer")]
    public static async Task<string> HelloThenTimer([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var hello = await context.CallActivityAsync<string>("Hello", "before");
        await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
        return "fired after " + hello;
    }
}
