using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Audit;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Audit;

/// <summary>A box's audit log, the newest first. It outlives the box.</summary>
public sealed class ShowBoxEvents(BoxStore boxes, EventLog events, StateTables tables)
{
    [Function(nameof(ShowBoxEvents))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes/{boxName}/events")] HttpRequest request,
        string userId,
        string boxName,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                var query = request.ReadEventQuery(BoxKey.Parse(userId, boxName));
                var (found, next) = await events.FindAsync(query, cancellationToken);
                return found.Count == 0 && await boxes.FindAsync(query.Box!.Value, cancellationToken) is null
                    ? Problems.BoxNotFound(boxName)
                    : new OkObjectResult(new { events = found.Select(EventView.Of), next });
            }
        );
}
