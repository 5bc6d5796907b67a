using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.State;

/// <summary>Lists a user's boxes.</summary>
public sealed class ListBoxes(BoxStore boxes, StateTables tables)
{
    [Function(nameof(ListBoxes))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "users/{userId}/boxes")] HttpRequest request,
        string userId,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                if (!BoxKey.IsUserId(userId))
                    return Problems.InvalidName($"The user id '{userId}' is not valid: it is {BoxKey.UserIdForm}.");
                var found = new List<BoxView>();
                await foreach (var row in boxes.ListAsync(userId, cancellationToken))
                    found.Add(BoxView.Of(row));
                return new OkObjectResult(new { boxes = found });
            }
        );
}
