using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Audit;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Audit;

/// <summary>The audit log of a day, of one instance or of all: for operators (docs/api.md).</summary>
public sealed class ShowEvents(EventLog events, StateTables tables)
{
    [Function(nameof(ShowEvents))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "get", Route = "events")] HttpRequest request,
        CancellationToken cancellationToken
    ) => Problems.GuardAsync(tables, () => EventRequests.AnswerAsync(events, request.ReadEventQuery(null), cancellationToken));
}
