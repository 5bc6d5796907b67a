using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Contracts.Http;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Sessions;

/// <summary>Says that a session is alive (docs/api.md).</summary>
public sealed class HeartbeatBox(BoxStore boxes)
{
    [Function(nameof(HeartbeatBox))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "users/{userId}/boxes/{boxName}/heartbeat")] HttpRequest request,
        string userId,
        string boxName,
        CancellationToken cancellationToken
    )
    {
        var key = BoxKey.Parse(userId, boxName);
        var body = await request.ReadBodyAsync(ApiJson.Default.HeartbeatRequest, cancellationToken);
        if (body?.SessionId is not { Length: > 0 } sessionId)
            return Problems.InvalidRequest("The body has to be {\"sessionId\":\"...\"} with the session id of the connect.");

        return await boxes.TryRecordHeartbeatAsync(key, sessionId, cancellationToken) switch
        {
            null => Problems.BoxNotFound(key.BoxName),
            false => Problems.SessionNotFound(key.BoxName),
            true => new NoContentResult(),
        };
    }
}
