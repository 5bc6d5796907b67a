using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Shellbox.Benchmarks.App;

public static class HttpFunctions
{
    /// <summary>As often as the app that ships looks, when it waits for an operation to answer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Runs an orchestration and answers with its output: by the provider's own wait or by looking, whichever has it first.
    /// </summary>
    [Function(nameof(Run))]
    public static async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "run/{orchestrator}")] HttpRequest request,
        string orchestrator,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var id = await client.ScheduleNewOrchestrationInstanceAsync(orchestrator, cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wait = client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, enough.Token);
        var instance = default(OrchestrationMetadata);
        while (instance is not { IsCompleted: true })
        {
            await Task.WhenAny(wait, Task.Delay(Pause, cancellationToken));
            instance = wait.IsCompletedSuccessfully
                ? await wait
                : await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken);
        }

        await enough.CancelAsync();
        return instance.RuntimeStatus is OrchestrationRuntimeStatus.Completed
            ? new OkObjectResult(instance.ReadOutputAs<int>())
            : new ObjectResult(instance.SerializedOutput) { StatusCode = StatusCodes.Status500InternalServerError };
    }
}
