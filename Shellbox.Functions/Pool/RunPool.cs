using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.State;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>Lets the pool look at itself now.</summary>
public sealed class RunPool(StateTables tables, IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(RunPool))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "pool")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    ) =>
        Problems.GuardAsync(
            tables,
            async () =>
            {
                var wait = request.ReadWait();
                await PoolOrchestration.StartAsync(client, options.Value, cancellationToken);
                return await new OperationAnswers(time).AnswerAsync(
                    request,
                    client,
                    PoolOrchestration.InstanceId,
                    wait,
                    instance => new OkObjectResult(instance.ReadOutputAs<PoolOrchestration.Report>()),
                    "pool-failed",
                    cancellationToken
                );
            }
        );
}
