using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Http;

/// <summary>The newest entries of a box's audit log.</summary>
public sealed class ShowBoxEvents(BoxStore boxes, EventLog events, StateTables tables)
{
    private const int Limit = 100;

    [Function(nameof(ShowBoxEvents))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes/{boxName}/events")] HttpRequest request,
        string userId,
        string boxName,
        CancellationToken cancellationToken) => Problems.GuardAsync(tables, async () =>
    {
        var key = BoxKey.Parse(userId, boxName);
        if (await boxes.FindAsync(key, cancellationToken) is null) return Problems.BoxNotFound(boxName);
        var found = await events.ReadAsync(key, cancellationToken)
            .Take(Limit)
            .Select(e => new { e.At, e.Kind, e.Detail, e.OperationId, e.InstanceId, e.Seconds })
            .ToListAsync(cancellationToken);
        return new OkObjectResult(new { events = found });
    });
}
