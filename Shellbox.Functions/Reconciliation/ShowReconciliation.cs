using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.Reconciliation;

namespace Shellbox.Functions.Reconciliation;

/// <summary>The report of the reconciler's last run; 204 before its first has ended.</summary>
public sealed class ShowReconciliation(ReconciliationLog log)
{
    [Function(nameof(ShowReconciliation))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reconciliation")] HttpRequest request,
        CancellationToken cancellationToken
    ) => await log.FindLastAsync(cancellationToken) is { } report ? new OkObjectResult(report) : new NoContentResult();
}
