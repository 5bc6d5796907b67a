using System.Text.Json;
using Microsoft.Extensions.Logging;
using Shellbox.Activities;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Background;

/// <summary>
/// Makes a box ready before its user asks: volume attached and guest booted, so that the connect finds it hot. A message is
/// <c>{"kind":"box","userId":"...","boxName":"..."}</c>.
/// </summary>
public sealed partial class Prewarm(ConnectStarter starter, EventLog events, ILogger<Prewarm> logger)
{
    private sealed record Message(string? Kind, string? UserId, string? BoxName);

    [Function(nameof(Prewarm))]
    public async Task RunAsync(
        [QueueTrigger("prewarm")] string message, [DurableClient] DurableTaskClient client, FunctionContext context, CancellationToken cancellationToken)
    {
        try
        {
            var key = Read(message);
            var decision = await starter.ConnectAsync(client, key, sessionId: null, publicKey: null, cancellationToken);
            if (decision.Kind is ConnectDecisionKind.NotFound) throw new FormatException($"there is no box {key}");
            LogPrewarm(key.BoxName, decision.Kind, decision.OperationId);
        }
        catch (FormatException e)
        {
            // Thrown on, so that the host moves the message to prewarm-poison.
            await events.WriteAsync(
                null, "prewarm-refused", $"A prewarm message was refused: {e.Message}.", context.InvocationId, cancellationToken: cancellationToken);
            throw;
        }
    }

    /// <exception cref="FormatException">It is not a message that this function knows.</exception>
    private static BoxKey Read(string message)
    {
        Message? read;
        try
        {
            read = JsonSerializer.Deserialize<Message>(message, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new FormatException("it is not JSON", e);
        }

        return read is { Kind: "box", UserId: { } userId, BoxName: { } boxName }
            ? BoxKey.Parse(userId, boxName)
            : throw new FormatException("its kind is not 'box', or it names no user or no box");
    }

    [LoggerMessage(501, LogLevel.Information, "Prewarm of {BoxName}: {Decision} ({OperationId})")]
    private partial void LogPrewarm(string boxName, ConnectDecisionKind decision, string operationId);
}
