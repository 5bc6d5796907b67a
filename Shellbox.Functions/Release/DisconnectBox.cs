using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Contracts;
using Shellbox.Contracts.Http;
using Shellbox.Functions.Connect;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Release;

/// <summary>Ends a session of a box, or all of them; the last one releases it (docs/api.md).</summary>
public sealed class DisconnectBox(ConnectStarter starter, BoxStore boxes, TimeProvider time)
{
    /// <summary>The longest hold that a request may ask for.</summary>
    private const double MaxHold = 86_400;

    [Function(nameof(DisconnectBox))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "users/{userId}/boxes/{boxName}/disconnect")] HttpRequest request,
        string userId,
        string boxName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var key = BoxKey.Parse(userId, boxName);
        var wait = request.ReadWait();
        var body = await request.ReadBodyAsync(ApiJson.Default.DisconnectRequest, cancellationToken);
        if (body?.Hold is { } seconds && seconds is not (>= 0 and <= MaxHold))
        {
            return Problems.InvalidRequest(
                $"'hold' is the number of seconds that the guest stays in memory, from 0 to {MaxHold:0}; it was {seconds}."
            );
        }

        var hold = body?.Hold is { } given ? TimeSpan.FromSeconds(given) : (TimeSpan?)null;
        var row = await starter.DisconnectAsync(client, key, body?.SessionId, hold, cancellationToken);
        if (row is null)
            return Problems.BoxNotFound(key.BoxName);
        if (row.Sessions.Count > 0 || row.State is BoxState.Stopped or BoxState.Running or BoxState.Held or BoxState.Deleting)
            return Answer(row);

        // Of a connect that was under way it is no failure that it fails now; and whatever it was, somebody may have come since.
        return await new OperationAnswers(request, client, time).AnswerAsync(
            row.OperationId!,
            wait,
            async instance =>
                instance.Name == nameof(ReleaseOrchestration) && instance.RuntimeStatus is not OrchestrationRuntimeStatus.Completed
                    ? OperationAnswers.Failed(instance, ProblemName.DisconnectFailed)
                    : Answer(await boxes.FindAsync(key, cancellationToken)),
            cancellationToken
        );

        IActionResult Answer(BoxRow? box) =>
            box is null
                ? Problems.BoxNotFound(key.BoxName)
                : new OkObjectResult(new DisconnectResult(box.State.Word(), box.Sessions.Count));
    }
}
