using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Pool;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>
/// Stops the pool, or lets it go on. What is being created or removed meanwhile goes on to its end; nothing more is begun.
/// </summary>
public sealed class PausePool(PoolStore pool, EventLog events)
{
    private const int LongestReason = 500;

    [Function(nameof(PausePool))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "put", Route = "pool/paused")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var body = await request.ReadBodyAsync(ApiJson.Default.PauseRequest, cancellationToken);
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
        return new OkObjectResult(new PoolPauseState(row.Paused, row.PausedReason, row.PausedAt));
    }
}
