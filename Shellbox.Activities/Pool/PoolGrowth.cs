using Microsoft.Extensions.Options;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Reserves the rows of instances that are to be created, within the total.</summary>
public sealed class PoolGrowth(
    InstanceStore instances,
    PoolStore pool,
    PoolResources resources,
    IOptions<ShellboxOptions> options,
    TimeProvider time
)
{
    /// <summary>The creation of an instance, which is also the Durable instance id.</summary>
    public static string OperationIdOf(string instanceId) => $"create-{instanceId}";

    /// <param name="instanceIds">New ids; fewer are reserved when no more may be.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that were reserved, and what kept the others back.</returns>
    public async Task<(IReadOnlyList<string> Reserved, string Obstacle)> ReserveAsync(
        IReadOnlyList<string> instanceIds,
        CancellationToken cancellationToken
    )
    {
        var settings = options.Value.Pool;
        if (!settings.Instance.IsConfigured)
            return ([], "Growth is off: no instance template is configured.");
        var control = await pool.ReadAsync(cancellationToken);
        if (control.Paused)
            return ([], "The pool is paused.");

        var (before, creating) = await CountAsync(instanceIds, cancellationToken);
        var (allowed, obstacle) = PoolPlan.Limit(instanceIds.Count, (creating, before), control, time.GetUtcNow(), settings);
        var reserved = new List<string>();
        foreach (var id in instanceIds.Take(allowed))
        {
            if (await instances.TryReserveAsync(id, resources.InstanceResourceId(id).ToString(), OperationIdOf(id), cancellationToken))
                reserved.Add(id);
        }

        // Others reserve at the same time. Each writes first and counts afterwards, so of those that pass the total together none stays
        // unseen: it is never passed, though in a race some may give way that would have had room.
        var (others, _) = await CountAsync(reserved, cancellationToken);
        while (reserved.Count > 0 && others + reserved.Count > settings.FreeInstances.Total)
        {
            await instances.WithdrawAsync(reserved[^1], OperationIdOf(reserved[^1]), cancellationToken);
            reserved.RemoveAt(reserved.Count - 1);
            obstacle = $"The pool has all the {settings.FreeInstances.Total} instances that it may have.";
        }

        return (reserved, obstacle);
    }

    private async Task<(int Total, int Creating)> CountAsync(IReadOnlyList<string> without, CancellationToken cancellationToken)
    {
        var (total, creating) = (0, 0);
        await foreach (var row in instances.ListAllAsync(cancellationToken))
        {
            if (without.Contains(row.Id))
                continue;
            total++;
            if (row.State is InstanceState.Creating)
                creating++;
        }

        return (total, creating);
    }
}
