using System.Text.Json;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine.Orchestrations;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <content>A turn of an instance, from its messages to its commit.</content>
internal sealed partial class OrchestrationEngine
{
    private Task RunTurnAsync(InstanceEntry entry)
    {
        List<InstanceMessage> taken;
        lock (entry.Gate)
            taken = entry.TakePending();
        try
        {
            RunTurn(entry, taken);
        }
#pragma warning disable CA1031 // A fault of the engine or of its file must not lose the instance.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.TurnBroke(e, entry.Id, RetryDelay);
            if (++entry.BrokenTurns <= options.MaxCrashes || !GiveUp(entry, taken, e))
                Later(entry, taken);
        }

        return Task.CompletedTask;
    }

    private void RunTurn(InstanceEntry entry, List<InstanceMessage> taken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var replayed = true;
        List<InstanceMessage> messages;
        if (entry.Row is null)
        {
            var (row, history, inbox) = store.Read(r => r.Load(entry.Id));
            if (row is null || row.IsOver)
            {
                Forget(entry, taken);
                return;
            }

            if (recovered.TryRemove(entry.Id, out _) && MayHaveCrashed(entry, row, taken))
                return;
            entry.Row = row;
            entry.LastSequence = inbox.Count > 0 ? inbox[^1].Sequence : 0;
            messages = [.. inbox, .. taken.Where(m => m.Sequence == 0)];
            replayed = Restore(entry, row, history);
        }
        else
        {
            messages = taken.FindAll(m => m.Sequence == 0 || m.Sequence > entry.LastSequence);
            if (messages.Count > 0)
                entry.LastSequence = Math.Max(entry.LastSequence, messages.Max(m => m.Sequence));
        }

        if (!replayed)
            Write(entry, UnknownFunction(entry.Row, messages, [], now));
        else if (entry.Execution is null)
            FirstTurn(entry, entry.Row, messages, now);
        else
            NextTurn(entry, entry.Row, entry.Execution, messages, now);
    }

    /// <summary>Builds the live orchestrator from the history.</summary>
    /// <returns>False: the app no longer has that orchestrator.</returns>
    private bool Restore(InstanceEntry entry, InstanceRow row, List<HistoryEvent> history)
    {
        if (row.HistoryLength == 0)
            return true;
        if (functions.FindOrchestrator(row.Name) is not { } function)
            return false;
        entry.Execution = NewExecution(entry, row, function);
        entry.Execution.Replay(history);
        return true;
    }

    private OrchestratorExecution NewExecution(InstanceEntry entry, InstanceRow row, IOrchestratorFunction function) =>
        new(row, function, loggers, () => Deliver(entry.Id, InstanceMessage.Foreign(row.Key)));

    /// <summary>A turn of an instance that has not begun: it begins, or goes on waiting for its time.</summary>
    private void FirstTurn(InstanceEntry entry, InstanceRow row, List<InstanceMessage> messages, DateTime now)
    {
        var suspended = row.Status == OrchestrationRuntimeStatus.Suspended;
        var reason = row.Output;
        var used = new List<InstanceMessage>();
        var kept = new List<InstanceMessage>();
        foreach (var message in messages)
        {
            switch (message.Type)
            {
                case HistoryEventType.ExecutionTerminated:
                    Write(entry, TerminatedBeforeStart(row, messages, message, now));
                    return;
                case HistoryEventType.ExecutionSuspended or HistoryEventType.ExecutionResumed:
                    suspended = message.Type == HistoryEventType.ExecutionSuspended;
                    reason = message.Data;
                    used.Add(message);
                    break;
                case HistoryEventType.TimerFired when row.StartAt > now:
                    // The clock was a little early. The row stays.
                    timers.Add(row.Id, row.Key, message.TaskId, row.StartAt.Value);
                    break;
                case HistoryEventType.TimerFired or HistoryEventType.None:
                    used.Add(message);
                    break;
                default:
                    kept.Add(message);
                    break;
            }
        }

        if (suspended || row.StartAt > now)
        {
            var status = suspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Pending;
            entry.Unload();
            store.Write(new FunctionWrite<bool>(
                w => Pause(w, row, used, status, reason, now),
                _ =>
                {
                    waiters.Changed(row.Id);
                    Release(entry);
                },
                e => NotWritten(entry, messages, e)));
            return;
        }

        // Only an execution that follows another is Running before its first turn.
        var continued = row.Status == OrchestrationRuntimeStatus.Running ? HistoryEvent.Continued : null;
        var events = new List<HistoryEvent> { new(HistoryEventType.ExecutionStarted, now, -1, row.Name, row.Input, continued) };
        if (row.CarriedEvents is { } carried)
        {
            events.AddRange(JsonSerializer.Deserialize<List<CarriedEvent>>(carried)!
                .Select(c => new HistoryEvent(HistoryEventType.EventRaised, now, -1, c.Name, c.Data)));
        }

        events.AddRange(kept
            .Where(m => m.Type == HistoryEventType.EventRaised)
            .Select(m => new HistoryEvent(m.Type, now, m.TaskId, m.Name, m.Data)));
        if (functions.FindOrchestrator(row.Name) is not { } function)
        {
            Write(entry, UnknownFunction(row, messages, events, now));
            return;
        }

        if (options.StrictVersion && !string.Equals(row.Version ?? string.Empty, options.DefaultVersion ?? string.Empty, StringComparison.OrdinalIgnoreCase))
        {
            var failure = new TaskFailureDetails(
                "VersionMismatch",
                $"The instance has version '{row.Version}', the host runs version '{options.DefaultVersion}' only.",
                null,
                null,
                null);
            Write(entry, FailedWrite(row, messages, events, failure, failure.ToString(), now));
            return;
        }

        entry.Execution = NewExecution(entry, row, function);
        Finish(entry, row, entry.Execution, messages, events, now);
    }

    private void NextTurn(
        InstanceEntry entry, InstanceRow row, OrchestratorExecution execution, List<InstanceMessage> messages, DateTime now)
    {
        if (messages.Exists(m => m.IsForeign && m.ExecutionKey == row.Key))
            execution.WasTouchedByForeignThread();
        var events = new List<HistoryEvent>(messages.Count);
        var suspended = execution.IsSuspended;
        foreach (var message in messages)
        {
            if (message.Type == HistoryEventType.None || (message.ExecutionKey != 0 && message.ExecutionKey != row.Key))
                continue;
            if (message.ExecutionKey != 0 && !execution.Expects(message.TaskId))
                continue;
            if (message.Type is HistoryEventType.ExecutionSuspended or HistoryEventType.ExecutionResumed)
            {
                if (suspended == (message.Type == HistoryEventType.ExecutionSuspended))
                    continue;
                suspended = !suspended;
            }

            events.Add(new HistoryEvent(message.Type, now, message.TaskId, message.Name, message.Data, message.Extra));
        }

        if (events.Count == 0 && execution.Failure is null && !execution.TouchedByForeignThread
            && messages.TrueForAll(m => m.Type == HistoryEventType.None))
        {
            Release(entry);
            return;
        }

        Finish(entry, row, execution, messages, events, now);
    }

    private void Finish(
        InstanceEntry entry,
        InstanceRow row,
        OrchestratorExecution execution,
        List<InstanceMessage> messages,
        List<HistoryEvent> events,
        DateTime now)
    {
        var (outcome, requests, cancelled) = execution.Turn(events);
        var failure = outcome switch
        {
            TurnOutcome.Failed => execution.Failure!,
            TurnOutcome.Terminated => Terminated(row),
            _ => null,
        };
        var status = outcome switch
        {
            TurnOutcome.Completed => OrchestrationRuntimeStatus.Completed,
            TurnOutcome.Failed => OrchestrationRuntimeStatus.Failed,
            TurnOutcome.Terminated => OrchestrationRuntimeStatus.Terminated,
            TurnOutcome.ContinuedAsNew => OrchestrationRuntimeStatus.Running,
            _ => execution.IsSuspended ? OrchestrationRuntimeStatus.Suspended : OrchestrationRuntimeStatus.Running,
        };
        var output = outcome switch
        {
            TurnOutcome.Waiting => execution.PauseReason,
            TurnOutcome.Failed => failure!.ToString(),
            _ => execution.Output,
        };
        List<HistoryEvent> history = [.. events, .. requests];
        if (status.IsOver())
        {
            history.Add(new HistoryEvent(
                HistoryEventType.ExecutionCompleted, now, -1, status.ToString(), output, outcome == TurnOutcome.Failed ? StoredFailure.Write(failure!) : null));
        }

        Write(entry, new TurnWrite(row, outcome, NewKey)
        {
            Now = now,
            Taken = messages,
            History = history,
            Requests = requests,
            CancelledTimers = cancelled,
            Status = status,
            Output = output,
            Failure = failure is null ? null : StoredFailure.Write(failure),
            CustomStatus = execution.CustomStatus,
            CustomStatusChanged = execution.CustomStatusChanged,
            DefaultVersion = options.DefaultVersion,
            Next = outcome == TurnOutcome.ContinuedAsNew ? NextExecution(row, execution, now) : null,
            TerminateChildren = outcome == TurnOutcome.Terminated
                && messages.Exists(m => m is { Type: HistoryEventType.ExecutionTerminated, Extra: not null }),
        });
        execution.CustomStatusWritten();
    }

    private InstanceRow NextExecution(InstanceRow row, OrchestratorExecution execution, DateTime now)
    {
        var carried = execution.CarriedEvents();
        return row with
        {
            Key = NewKey(),
            Version = execution.NextVersion ?? row.Version,
            Status = OrchestrationRuntimeStatus.Running,
            Input = execution.NextInput,
            Output = null,
            CustomStatus = null,
            Updated = now,
            StartAt = null,
            CarriedEvents = carried.Count > 0 ? JsonSerializer.Serialize(carried) : null,
            HistoryLength = 0,
            Attempts = 0,
        };
    }

    private TurnWrite UnknownFunction(InstanceRow row, List<InstanceMessage> messages, List<HistoryEvent> events, DateTime now)
    {
        var message = $"The function '{row.Name}' doesn't exist, is disabled, or is not an orchestrator function. Additional info: "
            + $"The following are the known orchestrator functions: {string.Join(", ", functions.OrchestratorNames.Select(n => $"'{n}'"))}.";
        var failure = StoredFailure.MakeFinal(new(typeof(InvalidOperationException).FullName!, message, null, null, null));
        return FailedWrite(row, messages, events, failure, Json.Serialize(new { message, details = (string?)null })!, now);
    }

    private TurnWrite FailedWrite(
        InstanceRow row,
        List<InstanceMessage> messages,
        List<HistoryEvent> events,
        TaskFailureDetails failure,
        string output,
        DateTime now)
    {
        var stored = StoredFailure.Write(failure);
        return new TurnWrite(row, TurnOutcome.Failed, NewKey)
        {
            Now = now,
            Taken = messages,
            History =
            [
                .. events,
                new(HistoryEventType.ExecutionCompleted, now, -1, nameof(OrchestrationRuntimeStatus.Failed), output, stored),
            ],
            Status = OrchestrationRuntimeStatus.Failed,
            Output = output,
            Failure = stored,
        };
    }

    private TurnWrite TerminatedBeforeStart(InstanceRow row, List<InstanceMessage> messages, InstanceMessage order, DateTime now) =>
        new(row, TurnOutcome.Terminated, NewKey)
        {
            Now = now,
            Taken = messages,
            History =
            [
                new(HistoryEventType.ExecutionStarted, now, -1, row.Name, row.Input),
                new(HistoryEventType.ExecutionTerminated, now, Data: order.Data),
                new(HistoryEventType.ExecutionCompleted, now, -1, nameof(OrchestrationRuntimeStatus.Terminated), order.Data),
            ],
            Status = OrchestrationRuntimeStatus.Terminated,
            Output = order.Data,
            Failure = StoredFailure.Write(Terminated(row)),
        };

    private static TaskFailureDetails Terminated(InstanceRow row) =>
        new("Shellbox.OrchestrationTerminatedException", $"The orchestration '{row.Name}' ({row.Id}) was terminated.", null, null, null);

    private static bool Pause(
        StoreWriter writer,
        InstanceRow row,
        List<InstanceMessage> used,
        OrchestrationRuntimeStatus status,
        string? reason,
        DateTime now)
    {
        foreach (var message in used.Where(m => m.Sequence > 0))
            writer.DeleteMessage(message.Sequence);
        foreach (var message in used.Where(m => m.Type == HistoryEventType.TimerFired))
            writer.DeleteTimer(message.ExecutionKey, message.TaskId);
        if (status != row.Status)
            writer.SetStatus(row.Key, status, reason, now);
        if (row.Attempts > 0)
            writer.ClearAttempts(row.Key);
        return true;
    }
}
