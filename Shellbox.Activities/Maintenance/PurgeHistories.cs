namespace Shellbox.Activities.Maintenance;

/// <summary>Deletes the histories of orchestrations that have ended and are old. One that has not ended stays, however old it is.</summary>
public sealed class PurgeHistories(TimeProvider time)
{
    private static readonly OrchestrationRuntimeStatus[] Ended =
    [
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated,
    ];

    [Function(nameof(PurgeHistories))]
    public async Task<int> RunAsync(
        [ActivityTrigger] MaintenanceOptions options,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var filter = new PurgeInstancesFilter(CreatedTo: time.GetUtcNow() - options.KeepHistories, Statuses: Ended);
        return (await client.PurgeAllInstancesAsync(filter, cancellationToken)).PurgedInstanceCount;
    }
}
