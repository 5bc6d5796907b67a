using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Contracts.Pool;

namespace Shellbox.Functions.Pool;

/// <summary>Counts instances, volumes and blank boxes by state, and says whether and how the pool grows.</summary>
public sealed class ShowPool(
    InstanceStore instances,
    VolumeStore volumes,
    BoxStore boxes,
    PoolStore pool,
    IOptions<ShellboxOptions> options,
    TimeProvider time
)
{
    [Function(nameof(ShowPool))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pool")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var counts = await instances.CountAsync(cancellationToken);
        var disks = await volumes.CountAsync(cancellationToken);
        var blanks = await boxes.ListBlanksAsync(cancellationToken).Select(b => b.State).ToListAsync(cancellationToken);
        var control = await pool.ReadAsync(cancellationToken);
        var wanted = Math.Max(options.Value.Pool.BlankBoxes, time.GetUtcNow() < control.WantedUntil ? control.WantedBlankBoxes : 0);
        return new OkObjectResult(
            new PoolReport(
                new InstanceCounts(
                    counts.Values.Sum(),
                    counts[InstanceState.Free],
                    counts[InstanceState.Claimed],
                    counts[InstanceState.Quarantined],
                    counts[InstanceState.Creating],
                    counts[InstanceState.Removing]
                ),
                new VolumeCounts(disks.Values.Sum(), disks[VolumeState.Blank]),
                new BlankBoxCounts(
                    blanks.Count(s => s is BoxState.Held),
                    blanks.Count(s => s is BoxState.Connecting or BoxState.Running),
                    wanted
                ),
                GrowthOf(control),
                control.Paused ? new PoolPause(control.PausedReason, control.PausedAt) : null
            )
        );
    }

    private PoolGrowthStatus GrowthOf(PoolRow control)
    {
        var settings = options.Value.Pool;
        var waits = control.RetryAt > time.GetUtcNow();
        return new PoolGrowthStatus(
            settings.Instance.IsConfigured,
            !settings.Instance.IsConfigured ? "Growth is off: no instance template is configured."
                : control.Paused ? "The pool is paused."
                : waits ? $"The last creation failed: {control.LastFailure}"
                : "The pool keeps its minimum.",
            control.Failures,
            waits ? control.RetryAt : null,
            settings.FreeInstances.Minimum,
            settings.FreeInstances.Maximum,
            settings.FreeInstances.Total
        );
    }
}
