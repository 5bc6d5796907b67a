using Microsoft.Extensions.Options;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Looks at what there is, accounts for it, and says what is to be done. It reads the whole of Instances and Volumes: a page for
/// each 1,000 of them.</summary>
public sealed class PlanPool(
    InstanceStore instances,
    VolumeStore volumes,
    BoxStore boxes,
    PoolStore pool,
    IOptions<ShellboxOptions> options,
    TimeProvider time
)
{
    /// <summary>
    /// How long a creation or removal that is over, or has never begun, is left alone: a removal that fails is tried again as often as
    /// this.
    /// </summary>
    private static readonly TimeSpan AbandonedAfter = TimeSpan.FromMinutes(5);

    [Function(nameof(PlanPool))]
    public async Task<PoolPlan> RunAsync(
        [ActivityTrigger] string? reason,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var found = new List<PoolInstance>();
        await foreach (var row in instances.ListAllAsync(cancellationToken))
        {
            var abandoned =
                row is { State: InstanceState.Creating or InstanceState.Removing, OperationId: { } operation }
                && now - row.Since >= AbandonedAfter
                && await client.IsOverAsync(operation, TimeSpan.Zero, time, cancellationToken);
            found.Add(
                new PoolInstance(
                    row.Id,
                    row.State,
                    row.Since,
                    row.CreatedAt ?? row.Since,
                    row.ClaimedBy is { IsPools: true },
                    abandoned ? row.OperationId : null
                )
            );
        }

        var disks = await volumes.ListAllAsync(cancellationToken).ToListAsync(cancellationToken);
        await pool.SampleAsync(
            found
                .GroupBy(i => $"instances_{i.State.ToString().ToLowerInvariant()}")
                .Concat<IGrouping<string, object>>(disks.GroupBy(v => $"volumes_{ShellboxTags.StatusOf(v)}"))
                .ToDictionary(g => g.Key, g => g.Count()),
            cancellationToken
        );

        // The row's own time is when it became blank: nothing else changes a blank one.
        var blank = disks.Where(v => v.State is VolumeState.Blank).OrderBy(v => v.Timestamp).Select(v => v.Id);
        var halfRemoved = disks.Where(v => v is { State: VolumeState.Deleting, Owner: null }).Select(v => v.Id);
        var control = await pool.ReadAsync(cancellationToken);
        var snapshot = new PoolSnapshot(now, control, found)
        {
            Volumes = new PoolVolumes(disks.Count, [.. blank], [.. halfRemoved]),
            BlankBoxes = await boxes
                .ListBlanksAsync(cancellationToken)
                .Select(b => new PoolBlankBox(b.Key.BoxName, b.State, b.Since))
                .ToListAsync(cancellationToken),
        };
        var plan = PoolPlan.Decide(snapshot, options.Value.Pool);
        if (plan.SurplusSince != control.SurplusSince || plan.VolumeSurplusSince != control.VolumeSurplusSince)
        {
            await pool.ChangeAsync(
                row => (row.SurplusSince, row.VolumeSurplusSince) = (plan.SurplusSince, plan.VolumeSurplusSince),
                cancellationToken
            );
        }

        return plan;
    }
}
