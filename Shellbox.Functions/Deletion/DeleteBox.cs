using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Deletion;

/// <summary>Deletes a box and its volume, in whatever state it is (docs/api.md).</summary>
public sealed class DeleteBox(BoxStarter starter, StateTables tables, TimeProvider time)
{
    [Function(nameof(DeleteBox))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "users/{userId}/boxes/{boxName}")] HttpRequest request,
        string userId,
        string boxName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                var key = BoxKey.Parse(userId, boxName);
                var wait = request.ReadWait();
                var row = await starter.DeleteAsync(client, key, cancellationToken);
                if (row is null)
                    return Problems.BoxNotFound(key.BoxName);
                return await new OperationAnswers(time).AnswerAsync(
                    request,
                    client,
                    row.OperationId!,
                    wait,
                    instance =>
                        instance.ReadOutputAs<DeleteResult>()!.State == "deleted"
                            ? new NoContentResult()
                            : Problems.OperationFailed("delete-failed", "Another delete of this box has taken over; ask again."),
                    "delete-failed",
                    cancellationToken
                );
            }
        );
}
