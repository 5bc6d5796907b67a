using Shellbox.Embedded.DurableTask;

namespace Shellbox.Embedded.Engine;

/// <summary>One event of an orchestration's history. What an orchestrator asks for is written as such an event too.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Timestamp">The time (UTC) of the turn that wrote it.</param>
/// <param name="TaskId">The number of the task it belongs to; -1 for none.</param>
/// <param name="Name">The name of the task, child or event; of <see cref="HistoryEventType.ExecutionCompleted"/> the status.</param>
/// <param name="Data">Input, result, failure or reason.</param>
/// <param name="Extra">
/// The other instance, the time a timer fires (ticks), the failure of an execution, or that an execution is not its instance's first.
/// </param>
internal sealed record HistoryEvent(
    HistoryEventType Type, DateTime Timestamp, int TaskId = -1, string? Name = null, string? Data = null, string? Extra = null)
{
    /// <summary>The <see cref="Extra"/> of the start of an execution that follows another by continue-as-new.</summary>
    public const string Continued = "continued";

    /// <summary>The version a child is started with; not part of the history.</summary>
    public string? Version { get; init; }

    /// <summary>The labels of a child; not part of the history.</summary>
    public IDictionary<string, string>? Tags { get; init; }

    /// <summary>Whether a child goes on by itself and answers nobody, as DurableTask.Core has it of one with this label.</summary>
    public bool IsDetached => Tags?.ContainsKey("FireAndForget") is true;

    public bool IsRequest => Type is HistoryEventType.TaskScheduled
        or HistoryEventType.TimerCreated or HistoryEventType.ChildCreated or HistoryEventType.EventSent;

    public DateTime FireAt => new(long.Parse(Extra!, System.Globalization.CultureInfo.InvariantCulture), DateTimeKind.Utc);

    public TaskName TaskName => new(Name ?? string.Empty);
}
