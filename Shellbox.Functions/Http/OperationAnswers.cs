using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Shellbox.Functions.Http;

/// <summary>Answers a request that started an operation: with its result if it is there in time, else with where to look.</summary>
internal sealed class OperationAnswers(TimeProvider time)
{
    /// <param name="request">The request.</param>
    /// <param name="client">The Durable client.</param>
    /// <param name="operationId">The operation.</param>
    /// <param name="wait">How long the answer may take.</param>
    /// <param name="completed">Makes the answer of the operation's output.</param>
    /// <param name="failure">The problem's name when the operation failed.</param>
    /// <param name="cancellationToken">The client has left.</param>
    public async Task<IActionResult> AnswerAsync(
        HttpRequest request,
        DurableTaskClient client,
        string operationId,
        TimeSpan wait,
        Func<OrchestrationMetadata, IActionResult> completed,
        string failure,
        CancellationToken cancellationToken)
    {
        // Not WaitForInstanceCompletionAsync: on the official host it looks every 2 s only.
        var start = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(5);
        while (wait > TimeSpan.Zero)
        {
            var instance = await client.GetInstanceAsync(operationId, getInputsAndOutputs: true, cancellationToken);
            if (instance?.RuntimeStatus is OrchestrationRuntimeStatus.Completed) return completed(instance);
            if (instance is { IsCompleted: true }) return Problems.OperationFailed(failure, Reason(instance));

            var left = wait - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) break;
            await Task.Delay(left < pause ? left : pause, time, cancellationToken);
            if (pause < TimeSpan.FromMilliseconds(250)) pause *= 1.3;
        }

        var payload = client.CreateHttpManagementPayload(operationId);
        request.HttpContext.Response.Headers.RetryAfter = "1";
        return new AcceptedResult(payload.StatusQueryGetUri, payload);
    }

    /// <summary>A failed orchestration's output is the bare text <c>Full.Type.Name: message</c>; people get the message.</summary>
    private static string Reason(OrchestrationMetadata instance)
    {
        var text = instance.FailureDetails?.ErrorMessage ?? instance.SerializedOutput ?? $"The operation is {instance.RuntimeStatus}.";
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && !text[..colon].Contains(' ', StringComparison.Ordinal) && text[..colon].Contains('.', StringComparison.Ordinal)
            ? text[(colon + 2)..]
            : text;
    }
}
