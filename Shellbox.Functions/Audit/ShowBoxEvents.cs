using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Audit;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Audit;

/// <summary>A box's audit log, the newest first. It outlives the box.</summary>
public sealed class ShowBoxEvents(BoxStore boxes, EventLog events)
{
    [Function(nameof(ShowBoxEvents))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes/{boxName}/events")] HttpRequest request,
        string userId,
        string boxName,
        CancellationToken cancellationToken
    )
    {
        var key = BoxKey.Parse(userId, boxName);
        var page = await EventRequests.FindAsync(events, request.ReadEventQuery(key), cancellationToken);
        return page.Events.Count == 0 && await boxes.FindAsync(key, cancellationToken) is null
            ? Problems.BoxNotFound(boxName)
            : new OkObjectResult(page);
    }
}
