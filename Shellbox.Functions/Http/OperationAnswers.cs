using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Http;

/// <summary>Answers a request that started an operation: with its result if it is there in time, else with where to look.</summary>
internal sealed class OperationAnswers(HttpRequest request, DurableTaskClient client, TimeProvider time)
{
    /// <summary>Between two looks at what is quick: most answers come within the first half second.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(25);

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <param name="operationId">The operation.</param>
    /// <param name="wait">How long the answer may take.</param>
    /// <param name="completed">Makes the answer of the operation's output.</param>
    /// <param name="failure">The problem's name when the operation failed.</param>
    /// <param name="cancellationToken">The client has left.</param>
    public Task<IActionResult> AnswerAsync(
        string operationId,
        TimeSpan wait,
        Func<OrchestrationMetadata, IActionResult> completed,
        string failure,
        CancellationToken cancellationToken
    ) =>
        AnswerAsync(
            operationId,
            wait,
            instance =>
                Task.FromResult(
                    instance.RuntimeStatus is OrchestrationRuntimeStatus.Completed ? completed(instance) : Failed(instance, failure)
                ),
            cancellationToken
        );

    /// <param name="operationId">The operation.</param>
    /// <param name="wait">How long the answer may take.</param>
    /// <param name="ended">Makes the answer of the operation that has ended, in whatever way.</param>
    /// <param name="cancellationToken">The client has left.</param>
    public async Task<IActionResult> AnswerAsync(
        string operationId,
        TimeSpan wait,
        Func<OrchestrationMetadata, Task<IActionResult>> ended,
        CancellationToken cancellationToken
    )
    {
        // The client's own wait looks every 2 s on Azure Storage. So it is looked here: steadily at first, for what is quick, and less and
        // less for what is slow, because many wait at once and each look costs.
        var start = time.GetTimestamp();
        var pause = ShortestPause;
        while (wait > TimeSpan.Zero)
        {
            var instance = await client.GetInstanceAsync(operationId, getInputsAndOutputs: true, cancellationToken);
            if (instance is { IsCompleted: true })
                return await ended(instance);

            var waited = time.GetElapsedTime(start);
            if (waited >= wait)
                break;
            if (waited >= Quick && pause < LongestPause)
                pause *= 1.3;
            await Task.Delay(wait - waited < pause ? wait - waited : pause, time, cancellationToken);
        }

        var payload = client.CreateHttpManagementPayload(operationId);
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return new AcceptedResult(payload.StatusQueryGetUri, payload);
    }

    /// <summary>People get what the failure says, and programs what its type does.</summary>
    public static ObjectResult Failed(OrchestrationMetadata instance, string failure)
    {
        var text = instance.FailureDetails?.ErrorMessage ?? instance.SerializedOutput ?? $"The operation is {instance.RuntimeStatus}.";
        var (type, message) = FailureText.Parse(text);
        return Failures.Is<VolumeAttachedElsewhereException>(type ?? instance.FailureDetails?.ErrorType)
            ? Problems.VolumeAttachedElsewhere(message)
            : Problems.OperationFailed(failure, message);
    }
}
