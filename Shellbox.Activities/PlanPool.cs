using Microsoft.Extensions.Options;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>Looks at what there is, accounts for it, and says what is to be done. It reads the whole of Instances: a page for each 1,000 of them.</summary>
public sealed class PlanPool(InstanceStore instances, PoolStore pool, IOptions<ShellboxOptions> options, TimeProvider time)
{
    /// <summary>
    /// How long a creation or removal that is over, or has never begun, is left alone: a removal that fails is tried again as often as this.
    /// </summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(5);

    [Function(nameof(PlanPool))]
    public async Task<PoolPlan> RunAsync([ActivityTrigger] string? reason, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = new List<PoolInstance>();
        await foreach (var row in instances.ListAllAsync(cancellationToken))
        {
            var abandoned = row is { State: InstanceState.Creating or InstanceState.Removing, OperationId: { } operation }
                && now - row.Since >= AbandonedAfter
                && await client.IsOverAsync(operation, TimeSpan.Zero, time, cancellationToken);
            found.Add(new PoolInstance(
                row.Id, row.State, row.Since, row.CreatedAt ?? row.Since, HoldsBlankBox: false, abandoned ? row.OperationId : null));
        }

        await pool.SampleAsync(
            found.GroupBy(i => i.State).ToDictionary(g => $"instances_{g.Key.ToString().ToLowerInvariant()}", g => g.Count()), cancellationToken);
        var control = await pool.ReadAsync(cancellationToken);
        var plan = PoolPlan.Decide(new PoolSnapshot(now, control, found), options.Value.Pool);
        if (plan.SurplusSince != control.SurplusSince) await pool.ChangeAsync(row => row.SurplusSince = plan.SurplusSince, cancellationToken);
        return plan;
    }
}
