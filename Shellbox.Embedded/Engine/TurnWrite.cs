using System.Text.Json;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine.Orchestrations;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>
/// One turn on its way to disk: history, tasks, timers, children, events and state in one transaction, together with the removal of what
/// the turn has taken in.
/// </summary>
internal sealed class TurnWrite(InstanceRow row, TurnOutcome outcome, Func<long> newKey) : StoreWrite
{
    /// <summary>What follows when it is on disk.</summary>
    public Action<TurnWrite>? OnCommitted { get; set; }

    /// <summary>What follows when it could not be written.</summary>
    public Action<TurnWrite, Exception>? OnFailed { get; set; }

    public InstanceRow Row { get; } = row;

    public TurnOutcome Outcome { get; } = outcome;

    public required DateTime Now { get; init; }

    /// <summary>The messages that the turn took.</summary>
    public required List<InstanceMessage> Taken { get; init; }

    /// <summary>What it appends to the history.</summary>
    public List<HistoryEvent> History { get; init; } = [];

    public List<HistoryEvent> Requests { get; init; } = [];

    public List<int> CancelledTimers { get; init; } = [];

    public required OrchestrationRuntimeStatus Status { get; init; }

    public string? Output { get; init; }

    /// <summary>The failure to tell the parent.</summary>
    public string? Failure { get; init; }

    public string? CustomStatus { get; init; }

    public bool CustomStatusChanged { get; init; }

    /// <summary>The execution that follows.</summary>
    public InstanceRow? Next { get; init; }

    /// <summary>The version of children that are asked for without one: the host's, whatever this instance's is.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>Whether the children are to be terminated too.</summary>
    public bool TerminateChildren { get; init; }

    /// <summary>What others, or this instance itself, are told once this is on disk.</summary>
    public List<(string Id, InstanceMessage Message)> Deliveries { get; } = [];

    public bool IsOver => Status.IsOver();

    public override void Apply(StoreWriter writer)
    {
        Deliveries.Clear();
        foreach (var message in Taken)
            Remove(writer, message);
        foreach (var timer in CancelledTimers)
            writer.DeleteTimer(Row.Key, timer);

        var sequence = Row.HistoryLength;
        if (Next is null)
        {
            foreach (var e in History)
                writer.AppendHistory(Row.Key, sequence++, e);
        }

        foreach (var request in Requests)
            Make(writer, request);

        if (Next is not null)
        {
            writer.DeleteExecution(Row.Key);
            writer.Insert(Next);
            Deliveries.Add((Row.Id, InstanceMessage.Wake));
            return;
        }

        writer.Update(Row.Key, Status, Output, Now, sequence);
        if (CustomStatusChanged)
            writer.SetCustomStatus(Row.Key, CustomStatus);
        if (IsOver)
            End(writer);
    }

    public override void Committed() => OnCommitted?.Invoke(this);

    public override void Failed(Exception exception) => OnFailed?.Invoke(this, exception);

    /// <summary>Removes the row that brings a message back after a crash.</summary>
    public static void Remove(StoreWriter writer, InstanceMessage message)
    {
        if (message.Sequence > 0)
            writer.DeleteMessage(message.Sequence);
        else if (message.Type is HistoryEventType.TaskCompleted or HistoryEventType.TaskFailed)
            writer.DeleteTask(message.ExecutionKey, message.TaskId);
        else if (message.Type is HistoryEventType.TimerFired)
            writer.DeleteTimer(message.ExecutionKey, message.TaskId);
    }

    private void Make(StoreWriter writer, HistoryEvent request)
    {
        switch (request.Type)
        {
            case HistoryEventType.TaskScheduled:
                writer.InsertTask(Row.Key, request.TaskId, Row.Id, request.Name!, request.Data);
                break;
            case HistoryEventType.TimerCreated when !CancelledTimers.Contains(request.TaskId):
                writer.InsertTimer(Row.Key, request.TaskId, Row.Id, request.FireAt);
                break;
            case HistoryEventType.ChildCreated:
                Start(writer, request);
                break;
            case HistoryEventType.EventSent:
                Post(writer, request.Extra!, new InstanceMessage(HistoryEventType.EventRaised, Name: request.Name, Data: request.Data));
                break;
        }
    }

    private void Start(StoreWriter writer, HistoryEvent request)
    {
        var id = request.Extra!;
        if (writer.Find(id) is { } existing)
        {
            if (!existing.Status.IsOver())
            {
                if (request.IsDetached)
                    return;
                var failure = StoredFailure.Write(StoredFailure.MakeFinal(new(
                    typeof(InvalidOperationException).FullName!, $"An instance '{id}' exists and has not ended.", null, null, null)));
                Post(writer, Row.Id, new InstanceMessage(
                    HistoryEventType.ChildFailed, ExecutionKey: Row.Key, TaskId: request.TaskId, Data: failure));
                return;
            }

            writer.DeleteExecution(existing.Key);
            writer.DeleteMessages(id);
        }

        writer.Insert(new InstanceRow
        {
            Key = newKey(),
            Id = id,
            Name = request.Name!,
            Version = request.Version ?? DefaultVersion,
            Status = OrchestrationRuntimeStatus.Pending,
            Input = request.Data,
            Created = Now,
            Updated = Now,
            ParentId = request.IsDetached ? null : Row.Id,
            ParentName = request.IsDetached ? null : Row.Name,
            ParentKey = request.IsDetached ? 0 : Row.Key,
            ParentTask = request.IsDetached ? -1 : request.TaskId,
            Tags = request.Tags is { Count: > 0 } ? JsonSerializer.Serialize(request.Tags) : null,
        });
        Deliveries.Add((id, InstanceMessage.Wake));
    }

    private void End(StoreWriter writer)
    {
        writer.DeleteMessages(Row.Id);
        writer.DeleteTimers(Row.Key);
        if (TerminateChildren)
        {
            foreach (var (id, status) in writer.Children(Row.Key))
            {
                if (!status.IsOver())
                    Post(writer, id, new InstanceMessage(HistoryEventType.ExecutionTerminated, Data: Output, Extra: "recursive"));
            }
        }

        if (Row.ParentId is null)
            return;
        var answer = Status == OrchestrationRuntimeStatus.Completed
            ? new InstanceMessage(HistoryEventType.ChildCompleted, 0, Row.ParentKey, Row.ParentTask, Data: Output)
            : new InstanceMessage(HistoryEventType.ChildFailed, 0, Row.ParentKey, Row.ParentTask, Data: Failure);
        Post(writer, Row.ParentId, answer);
    }

    /// <summary>Tells another instance, if it exists and has not ended.</summary>
    private void Post(StoreWriter writer, string id, InstanceMessage message)
    {
        if (writer.Find(id) is not { } target || target.Status.IsOver() || (message.ExecutionKey != 0 && message.ExecutionKey != target.Key))
            return;
        Deliveries.Add((id, writer.Post(id, message)));
    }
}
