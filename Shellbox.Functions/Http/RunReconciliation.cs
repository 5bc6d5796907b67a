using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.State;
using Shellbox.Functions.Orchestrations;

namespace Shellbox.Functions.Http;

/// <summary>Runs the reconciler now.</summary>
public sealed class RunReconciliation(StateTables tables, IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(RunReconciliation))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "reconciliation")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Problems.GuardAsync(tables, async () =>
    {
        var wait = request.ReadWait();
        await client.StartSingletonAsync(
            nameof(ReconcileOrchestration), ReconcileOrchestration.InstanceId, ReconcileOrchestration.Input.Of(options.Value), cancellationToken);
        return await new OperationAnswers(time).AnswerAsync(
            request, client, ReconcileOrchestration.InstanceId, wait,
            instance => new OkObjectResult(instance.ReadOutputAs<ReconcileOrchestration.Report>()), "reconciliation-failed", cancellationToken);
    });
}
