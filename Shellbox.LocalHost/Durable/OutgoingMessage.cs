using DurableTask.Core;
using DurableTask.Core.History;

namespace Shellbox.LocalHost.Durable;

/// <summary>A message on its way into the store.</summary>
internal sealed class OutgoingMessage(TaskMessage message)
{
    public TaskMessage Message => message;

    /// <summary>What is stored; made before its write, whose thread is the one that all writes share.</summary>
    public string Text { get; } = HubJson.Write(message);

    public string InstanceId => message.OrchestrationInstance.InstanceId;

    /// <summary>From when on it counts; <c>default</c>: at once.</summary>
    public DateTime Due { get; } =
        message.Event switch
        {
            TimerFiredEvent fired => Utc(fired.FireAt),
            ExecutionStartedEvent { ScheduledStartTime: { } start } => Utc(start),
            _ => default,
        };

    public static DateTime Utc(DateTime time) =>
        time.Kind is DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}
