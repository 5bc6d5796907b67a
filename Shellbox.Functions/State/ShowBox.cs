using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.State;

/// <summary>Shows one box.</summary>
public sealed class ShowBox(BoxStore boxes, StateTables tables)
{
    [Function(nameof(ShowBox))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes/{boxName}")] HttpRequest request,
        string userId,
        string boxName,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
                await boxes.FindAsync(BoxKey.Parse(userId, boxName), cancellationToken) is { } row
                    ? new OkObjectResult(BoxView.Of(row))
                    : Problems.BoxNotFound(boxName)
        );
}
