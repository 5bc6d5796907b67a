using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Http;
using Shellbox.Functions.Http;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Fleet;

/// <summary>Registers the fleet that exists and is described by its tags alone. It may be called again at any time.</summary>
public sealed class AdoptFleet(IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(AdoptFleet))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "fleet/adopt")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    ) => StartAsync(request, client, options.Value, recover: false, time, cancellationToken);

    internal static async Task<IActionResult> StartAsync(
        HttpRequest request,
        DurableTaskClient client,
        ShellboxOptions options,
        bool recover,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var wait = request.ReadWait();
        await client.StartSingletonAsync(
            nameof(AdoptFleetOrchestration),
            AdoptFleetOrchestration.InstanceId,
            AdoptFleetOrchestration.Input.Of(options, recover),
            cancellationToken
        );
        return await new OperationAnswers(request, client, time).AnswerAsync(
            AdoptFleetOrchestration.InstanceId,
            wait,
            instance => new OkObjectResult(instance.ReadOutputAs<FleetAdoption>()),
            recover ? ProblemName.RecoveryFailed : ProblemName.AdoptFailed,
            cancellationToken
        );
    }
}
