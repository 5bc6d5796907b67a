using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Audit;

namespace Shellbox.Functions.Audit;

/// <summary>The audit log of a day, of one instance or of all: for operators (docs/api.md).</summary>
public sealed class ShowEvents(EventLog events)
{
    [Function(nameof(ShowEvents))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = "events")] HttpRequest request,
        CancellationToken cancellationToken
    ) => new OkObjectResult(await EventRequests.FindAsync(events, request.ReadEventQuery(null), cancellationToken));
}
