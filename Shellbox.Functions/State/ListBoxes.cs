using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;

namespace Shellbox.Functions.State;

/// <summary>Lists a user's boxes.</summary>
public sealed class ListBoxes(BoxStore boxes)
{
    [Function(nameof(ListBoxes))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes")] HttpRequest request,
        string userId,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Box>();
        await foreach (var row in boxes.ListAsync(BoxKey.ParseUserId(userId), cancellationToken))
            found.Add(row.ToBox());
        return new OkObjectResult(new BoxList(found));
    }
}
