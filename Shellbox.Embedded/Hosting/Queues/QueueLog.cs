using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.Hosting.Queues;

/// <summary>What the queue triggers log. Event ids 1300 to 1399.</summary>
internal static partial class QueueLog
{
    [LoggerMessage(1300, LogLevel.Error, "Queue {Queue} at {Endpoint} cannot be reached ({Reason}). Start the storage there (locally: Azurite), or correct the setting '{Setting}'. The host goes on and keeps trying.")]
    public static partial void QueueUnreachable(this ILogger logger, string queue, string endpoint, string reason, string setting);

    [LoggerMessage(1301, LogLevel.Information, "Queue {Queue} at {Endpoint} can be reached.")]
    public static partial void QueueReachable(this ILogger logger, string queue, string endpoint);

    [LoggerMessage(1302, LogLevel.Error, "Executed '{Function}' (Failed): message {MessageId}, attempt {Attempt} of {Attempts}.")]
    public static partial void MessageFailed(this ILogger logger, Exception exception, string function, string messageId, long attempt, int attempts);

    [LoggerMessage(1303, LogLevel.Error, "Message {MessageId} has reached {Attempts} attempts; it is moved to the queue {PoisonQueue}.")]
    public static partial void MessagePoisoned(this ILogger logger, string messageId, long attempts, string poisonQueue);

    [LoggerMessage(1304, LogLevel.Warning, "Message {MessageId} of queue {Queue}: {Step} failed; it may be delivered again.")]
    public static partial void MessageStepFailed(this ILogger logger, Exception exception, string messageId, string queue, string step);

    [LoggerMessage(1305, LogLevel.Debug, "Executed '{Function}': message {MessageId}.")]
    public static partial void MessageDone(this ILogger logger, string function, string messageId);

    [LoggerMessage(1306, LogLevel.Error, "The queue trigger of '{Function}' does not run: {Reason}")]
    public static partial void TriggerOff(this ILogger logger, string function, string reason);
}
