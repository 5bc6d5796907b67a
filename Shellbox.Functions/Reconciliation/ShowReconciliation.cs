using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Reconciliation;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Reconciliation;

/// <summary>The report of the reconciler's last run; 204 before its first has ended.</summary>
public sealed class ShowReconciliation(ReconciliationLog log, StateTables tables)
{
    [Function(nameof(ShowReconciliation))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliation")] HttpRequest request,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () => await log.FindLastAsync(cancellationToken) is { } report ? new OkObjectResult(report) : new NoContentResult()
        );
}
