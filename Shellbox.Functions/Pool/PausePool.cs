using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>
/// Stops the pool, or lets it go on. What is being created or removed meanwhile goes on to its end; nothing more is begun.
/// </summary>
public sealed class PausePool(PoolStore pool, EventLog events, StateTables tables)
{
    private const int LongestReason = 500;

    private sealed record Body(bool? Paused, string? Reason);

    [Function(nameof(PausePool))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "put", Route = "pool/paused")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                var body = await request.ReadBodyAsync<Body>(cancellationToken);
                if (body?.Paused is not { } paused || body.Reason is { Length: > LongestReason })
                {
                    return Problems.InvalidRequest(
                        $"The body has to be {{\"paused\":true,\"reason\":\"...\"}}; the reason is optional, {LongestReason} "
                            + $"characters at most."
                    );
                }

                var row = await pool.PauseAsync(paused, body.Reason, cancellationToken);
                await events.WriteAsync(
                    new AuditEvent(null, paused ? "pool-paused" : "pool-resumed", body.Reason ?? "No reason was given."),
                    cancellationToken
                );
                return new OkObjectResult(
                    new
                    {
                        paused = row.Paused,
                        reason = row.PausedReason,
                        since = row.PausedAt,
                    }
                );
            }
        );
}
