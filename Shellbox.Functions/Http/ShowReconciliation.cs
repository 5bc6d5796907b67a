using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;
using Shellbox.Functions.Orchestrations;

namespace Shellbox.Functions.Http;

/// <summary>The reconciler's last report; 204 before its first run and while one is under way.</summary>
public sealed class ShowReconciliation(StateTables tables)
{
    [Function(nameof(ShowReconciliation))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliation")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) => Problems.GuardAsync(tables, async () =>
        await client.GetInstanceAsync(ReconcileOrchestration.InstanceId, getInputsAndOutputs: true, cancellationToken)
            is { RuntimeStatus: OrchestrationRuntimeStatus.Completed } instance
            ? new OkObjectResult(instance.ReadOutputAs<ReconcileOrchestration.Report>())
            : new NoContentResult());
}
