namespace Shellbox.Functions.Operations;

internal static class SingletonOrchestrations
{
    /// <summary>
    /// Starts an orchestration of which one at a time is enough; one that runs already is left to run. Look and start are two steps: when
    /// two callers come at once, the client refuses the second start, and that is as good.
    /// </summary>
    public static async Task StartSingletonAsync(
        this DurableTaskClient client,
        string orchestrator,
        string instanceId,
        object? input,
        CancellationToken cancellationToken
    )
    {
        if (await client.GetInstanceAsync(instanceId, cancellationToken) is { IsCompleted: false })
            return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                orchestrator,
                input,
                new StartOrchestrationOptions(instanceId),
                cancellationToken
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (await client.GetInstanceAsync(instanceId, cancellationToken) is not { IsCompleted: false })
                throw;
        }
    }
}
