using Microsoft.Extensions.Options;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Pool;

/// <summary>Counts a creation that failed and sets when the next may be tried: a pool that cannot grow does not try without end.</summary>
public sealed class ReportCreationFailure(
    PoolStore pool,
    EventLog events,
    ShellboxMetrics metrics,
    IOptions<ShellboxOptions> options,
    TimeProvider time
)
{
    public const string InstanceKind = "instance";
    public const string VolumeKind = "volume";

    /// <param name="Kind"><see cref="InstanceKind"/> or <see cref="VolumeKind"/>.</param>
    /// <param name="Id">The resource's name.</param>
    /// <param name="OperationId">The creation.</param>
    /// <param name="Failure">Why it failed.</param>
    public sealed record Input(string Kind, string Id, string OperationId, string Failure);

    [Function(nameof(ReportCreationFailure))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (kind, id, operationId, failure) = input;
        var settings = options.Value.Pool;
        await pool.ChangeAsync(
            row =>
            {
                // Creations that were begun together fail together: that is one failure.
                var now = time.GetUtcNow();
                if (kind == InstanceKind)
                {
                    row.LastFailure = failure;
                    if (row.RetryAt > now)
                        return;
                    row.Failures++;
                    row.RetryAt = now + Backoff(row.Failures);
                }
                else
                {
                    if (row.VolumeRetryAt > now)
                        return;
                    row.VolumeFailures++;
                    row.VolumeRetryAt = now + Backoff(row.VolumeFailures);
                }
            },
            cancellationToken
        );
        await events.WriteAsync(
            new AuditEvent(null, $"{kind}-creation-failed", failure, operationId, kind == InstanceKind ? id : null),
            cancellationToken
        );
        metrics.CreationFailed(kind);

        TimeSpan Backoff(int failures)
        {
            var backoff = settings.Backoff * Math.Pow(2, Math.Min(failures - 1, 20));
            return backoff < settings.MaxBackoff ? backoff : settings.MaxBackoff;
        }
    }
}
