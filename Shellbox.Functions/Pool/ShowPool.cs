using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>Counts instances, volumes and blank boxes by state, and says whether and how the pool grows.</summary>
public sealed class ShowPool(
    InstanceStore instances,
    VolumeStore volumes,
    BoxStore boxes,
    PoolStore pool,
    StateTables tables,
    IOptions<ShellboxOptions> options,
    TimeProvider time
)
{
    [Function(nameof(ShowPool))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pool")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                var counts = await instances.CountAsync(cancellationToken);
                var disks = await volumes.CountAsync(cancellationToken);
                var blanks = await boxes.ListBlanksAsync(cancellationToken).Select(b => b.State).ToListAsync(cancellationToken);
                var control = await pool.ReadAsync(cancellationToken);
                var settings = options.Value.Pool;
                var waits = control.RetryAt > time.GetUtcNow();
                return new OkObjectResult(
                    new
                    {
                        instances = new
                        {
                            total = counts.Values.Sum(),
                            free = counts[InstanceState.Free],
                            claimed = counts[InstanceState.Claimed],
                            quarantined = counts[InstanceState.Quarantined],
                            creating = counts[InstanceState.Creating],
                            removing = counts[InstanceState.Removing],
                        },
                        volumes = new { total = disks.Values.Sum(), blank = disks[VolumeState.Blank] },
                        blankBoxes = new
                        {
                            ready = blanks.Count(s => s is BoxState.Held),
                            starting = blanks.Count(s => s is BoxState.Connecting or BoxState.Running),
                            wanted = Math.Max(settings.BlankBoxes, time.GetUtcNow() < control.WantedUntil ? control.WantedBlankBoxes : 0),
                        },
                        growth = new
                        {
                            enabled = settings.Instance.IsConfigured,
                            detail = !settings.Instance.IsConfigured ? "Growth is off: no instance template is configured."
                            : control.Paused ? "The pool is paused."
                            : waits ? $"The last creation failed: {control.LastFailure}"
                            : "The pool keeps its minimum.",
                            failures = control.Failures,
                            retryAt = waits ? control.RetryAt : null,
                            minimum = settings.FreeInstances.Minimum,
                            maximum = settings.FreeInstances.Maximum,
                            total = settings.FreeInstances.Total,
                        },
                        paused = control.Paused ? new { reason = control.PausedReason, since = control.PausedAt } : null,
                    }
                );
            }
        );
}
