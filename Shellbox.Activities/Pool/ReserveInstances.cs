namespace Shellbox.Activities.Pool;

/// <summary>Writes the rows of instances that are to be created. It gives those that may be.</summary>
public sealed class ReserveInstances(PoolGrowth growth)
{
    [Function(nameof(ReserveInstances))]
    public async Task<IReadOnlyList<string>> RunAsync(
        [ActivityTrigger] IReadOnlyList<string> instanceIds,
        CancellationToken cancellationToken
    ) => (await growth.ReserveAsync(instanceIds, cancellationToken)).Reserved;
}
