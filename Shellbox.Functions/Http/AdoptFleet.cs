using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Functions.Orchestrations;

namespace Shellbox.Functions.Http;

/// <summary>Registers the fleet that exists and is described by its tags alone. It may be called again at any time.</summary>
public sealed class AdoptFleet(StateTables tables, TimeProvider time)
{
    private const string InstanceId = "adopt-fleet";

    [Function(nameof(AdoptFleet))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "fleet/adopt")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Problems.GuardAsync(tables, async () =>
    {
        var wait = request.ReadWait();
        await client.StartSingletonAsync(nameof(AdoptFleetOrchestration), InstanceId, null, cancellationToken);
        return await new OperationAnswers(time).AnswerAsync(
            request, client, InstanceId, wait,
            instance => new OkObjectResult(instance.ReadOutputAs<AdoptFleetOrchestration.Report>()), "adopt-failed", cancellationToken);
    });
}
