using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Contracts.Http;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Connect;

/// <summary>Connects a box (docs/api.md).</summary>
public sealed class ConnectBox(ConnectStarter starter, IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(ConnectBox))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "users/{userId}/boxes/{boxName}/connect")] HttpRequest request,
        string userId,
        string boxName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var key = BoxKey.Parse(userId, boxName);
        var wait = request.ReadWait();
        var body = await request.ReadBodyAsync(ApiJson.Default.ConnectRequest, cancellationToken);
        if (!BoxKey.TryReadPublicKey(body?.PublicKey, out var publicKey, out var keyOwner))
        {
            return Problems.InvalidRequest(
                "The body has to be {\"publicKey\":\"...\"} with the user's SSH public key as in its .pub file (ed25519, "
                    + "ECDSA or RSA)."
            );
        }

        if (keyOwner != key.UserId)
            return Problems.PublicKeyMismatch();

        var sessionId = Guid.NewGuid().ToString("n");
        var decision = await starter.ConnectAsync(client, key, sessionId, publicKey, cancellationToken);
        switch (decision.Kind)
        {
            case ConnectDecisionKind.NotFound:
                return Problems.BoxNotFound(key.BoxName);
            case ConnectDecisionKind.BeingDeleted:
                return Problems.BoxIsBeingDeleted(key.BoxName);
            case ConnectDecisionKind.NotAdmitted:
                return Problems.RunningBoxQuota(request, options.Value.Quota.RunningBoxes, decision.Running!);
        }

        var headers = request.HttpContext.Response.Headers;
        headers[ApiHeaders.SessionId] = sessionId;
        headers[ApiHeaders.SessionExpiry] = options.Value.Connect.SessionExpiry.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return await new OperationAnswers(request, client, time).AnswerAsync(
            decision.OperationId,
            wait,
            instance => new OkObjectResult(instance.ReadOutputAs<ConnectResult>()),
            ProblemName.ConnectFailed,
            cancellationToken
        );
    }
}
