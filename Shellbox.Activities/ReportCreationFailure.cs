using Microsoft.Extensions.Options;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>Counts a creation that failed and sets when the next may be tried: a pool that cannot grow does not try without end.</summary>
public sealed class ReportCreationFailure(PoolStore pool, EventLog events, ShellboxMetrics metrics, IOptions<ShellboxOptions> options, TimeProvider time)
{
    /// <param name="Kind"><c>instance</c> or <c>volume</c>.</param>
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
                row.LastFailure = failure;

                // Creations that were begun together fail together: that is one failure.
                if (row.RetryAt > time.GetUtcNow()) return;
                row.Failures++;
                var backoff = settings.Backoff * Math.Pow(2, Math.Min(row.Failures - 1, 20));
                row.RetryAt = time.GetUtcNow() + (backoff < settings.MostBackoff ? backoff : settings.MostBackoff);
            },
            cancellationToken);
        await events.WriteAsync(
            null, $"{kind}-creation-failed", failure, operationId, kind == "instance" ? id : null, cancellationToken: cancellationToken);
        metrics.CreationFailed(kind);
    }
}
