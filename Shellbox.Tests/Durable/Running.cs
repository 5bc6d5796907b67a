using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Tests.Durable;

/// <summary>What most tests do with a client.</summary>
internal static class Running
{
    private static CancellationToken Limit => TestLimit.Token;

    public static async Task<OrchestrationMetadata> RunAsync(this TestHost host, string orchestrator, object? input = null, string? id = null)
    {
        id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, id is null ? null : new StartOrchestrationOptions(id), Limit);
        return await host.EndAsync(id);
    }

    public static async Task<string> StartAsync(this TestHost host, string orchestrator, object? input = null, string? id = null)
    {
        id = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            orchestrator, input, id is null ? null : new StartOrchestrationOptions(id), Limit);
        await host.Client.WaitForInstanceStartAsync(id, Limit);
        return id;
    }

    public static Task<OrchestrationMetadata> EndAsync(this TestHost host, string id) =>
        host.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Limit);

    public static async Task<OrchestrationMetadata> LookAsync(this TestHost host, string id) =>
        (await host.Client.GetInstanceAsync(id, getInputsAndOutputs: true, Limit))!;

    /// <summary>Looks until the instance is as wanted.</summary>
    public static async Task<OrchestrationMetadata> UntilAsync(this TestHost host, string id, Func<OrchestrationMetadata, bool> reached)
    {
        while (true)
        {
            if (await host.Client.GetInstanceAsync(id, getInputsAndOutputs: true, Limit) is { } found && reached(found))
                return found;
            await Task.Delay(2, Limit);
        }
    }

    /// <summary>
    /// Lets fake time go on, a little at a time, until something has come of it. In between the engine gets real time to react, and what it sets
    /// its clock to is not known from outside.
    /// </summary>
    public static async Task AdvanceUntilAsync(this TestHost host, FakeTimeProvider time, TimeSpan step, Func<bool> reached)
    {
        ArgumentNullException.ThrowIfNull(host);
        while (!reached())
        {
            await host.QuietAsync();
            if (reached())
                return;
            time.Advance(step);
            await host.QuietAsync();
        }
    }
}
