using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Contracts.Http;
using Shellbox.Functions.Http;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Deletion;

/// <summary>Deletes a box and its volume, in whatever state it is (docs/api.md).</summary>
public sealed class DeleteBox(BoxStarter starter, TimeProvider time)
{
    [Function(nameof(DeleteBox))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "users/{userId}/boxes/{boxName}")] HttpRequest request,
        string userId,
        string boxName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var key = BoxKey.Parse(userId, boxName);
        var wait = request.ReadWait();
        var row = await starter.DeleteAsync(client, key, cancellationToken);
        if (row is null)
            return Problems.BoxNotFound(key.BoxName);
        return await new OperationAnswers(request, client, time).AnswerAsync(
            row.OperationId!,
            wait,
            instance =>
                instance.ReadOutputAs<DeleteResult>()!.State == DeleteResult.Deleted
                    ? new NoContentResult()
                    : Problems.OperationFailed(ProblemName.DeleteFailed, "Another delete of this box has taken over; ask again."),
            ProblemName.DeleteFailed,
            cancellationToken
        );
    }
}
