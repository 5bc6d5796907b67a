using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Contracts.Http;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Http;

namespace Shellbox.Functions.Pool;

/// <summary>Lets the pool look at itself now.</summary>
public sealed class RunPool(IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(RunPool))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "pool")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var wait = request.ReadWait();
        await PoolOrchestration.StartAsync(client, options.Value, cancellationToken);
        return await new OperationAnswers(request, client, time).AnswerAsync(
            PoolOrchestration.InstanceId,
            wait,
            instance => new OkObjectResult(instance.ReadOutputAs<PoolRunReport>()),
            ProblemName.PoolFailed,
            cancellationToken
        );
    }
}
