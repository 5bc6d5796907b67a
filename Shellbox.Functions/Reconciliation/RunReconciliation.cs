using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Functions.Http;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Reconciliation;

/// <summary>Runs the reconciler now; with <c>dryRun=true</c> it says what it would do and changes nothing.</summary>
public sealed class RunReconciliation(IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(RunReconciliation))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "reconciliation")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var wait = request.ReadWait();
        var dryRun = request.ReadFlag("dryRun");
        var id = dryRun ? ReconcileOrchestration.DryRunId : ReconcileOrchestration.InstanceId;
        await client.StartSingletonAsync(
            nameof(ReconcileOrchestration),
            id,
            ReconcileOrchestration.Input.Of(options.Value, dryRun),
            cancellationToken
        );
        return await new OperationAnswers(request, client, time).AnswerAsync(
            id,
            wait,
            instance => new OkObjectResult(instance.ReadOutputAs<ReconciliationReport>()),
            ProblemName.ReconciliationFailed,
            cancellationToken
        );
    }
}
