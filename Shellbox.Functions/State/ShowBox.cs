using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.State;

/// <summary>Shows one box.</summary>
public sealed class ShowBox(BoxStore boxes)
{
    [Function(nameof(ShowBox))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes/{boxName}")] HttpRequest request,
        string userId,
        string boxName,
        CancellationToken cancellationToken
    ) =>
        await boxes.FindAsync(BoxKey.Parse(userId, boxName), cancellationToken) is { } row
            ? new OkObjectResult(row.ToBox())
            : Problems.BoxNotFound(boxName);
}
