using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine.Orchestrations;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <content>What follows the commit of a turn.</content>
internal sealed partial class OrchestrationEngine
{
    private void Write(InstanceEntry entry, TurnWrite write)
    {
        write.OnCommitted = w => Committed(entry, w);
        write.OnFailed = (w, e) => NotWritten(entry, w.Taken, e);
        store.Write(write);
    }

    private void NotWritten(InstanceEntry entry, List<InstanceMessage> taken, Exception exception)
    {
        logger.TurnNotWritten(exception, entry.Id, RetryDelay);
        Later(entry, taken);
    }

    private void Committed(InstanceEntry entry, TurnWrite write)
    {
        entry.BrokenTurns = 0;
        if (write.IsOver || write.Next is not null)
        {
            entry.Unload();
        }
        else
        {
            entry.Row = write.Row with
            {
                HistoryLength = write.Row.HistoryLength + write.History.Count,
                Status = write.Status,
                Output = write.Output,
                CarriedEvents = null,
            };
        }

        if (write.IsOver)
        {
            // Their rows went with the instance; what comes for a successor of the same id comes later.
            lock (entry.Gate)
                entry.Pending.RemoveAll(m => m.Sequence > 0);
            Ended(write);
        }

        foreach (var message in write.Taken)
            message.Recorded?.TrySetResult();
        foreach (var timer in write.CancelledTimers)
            timers.Cancel(write.Row.Key, timer);
        foreach (var request in write.Requests)
        {
            if (request.Type == HistoryEventType.TaskScheduled)
                AddActivity(new ActivityWork(write.Row.Key, request.TaskId, write.Row.Id, request.Name, request.Data, Recovered: false));
            else if (request.Type == HistoryEventType.TimerCreated && entry.Row is not null && !write.CancelledTimers.Contains(request.TaskId))
                timers.Add(write.Row.Id, write.Row.Key, request.TaskId, request.FireAt);
        }

        foreach (var (id, message) in write.Deliveries)
            Deliver(id, message);
        waiters.Changed(write.Row.Id);
        Release(entry);
    }

    private void Ended(TurnWrite write)
    {
        if (write.Status == OrchestrationRuntimeStatus.Failed)
            logger.InstanceFailed(write.Row.Id, write.Row.Name, write.Output ?? string.Empty);
        else
            logger.InstanceOver(write.Row.Id, write.Row.Name, write.Status.ToString());
    }

    /// <summary>The instance is gone or has ended: what still came for it is removed.</summary>
    private void Forget(InstanceEntry entry, List<InstanceMessage> taken)
    {
        entry.Unload();
        if (taken.TrueForAll(m => m.Type == HistoryEventType.None))
        {
            Release(entry);
            return;
        }

        store.Write(new FunctionWrite<bool>(
            w =>
            {
                foreach (var message in taken)
                    TurnWrite.Remove(w, message);
                return true;
            },
            _ =>
            {
                foreach (var message in taken)
                    message.Recorded?.TrySetResult();
                Release(entry);
            },
            e => NotWritten(entry, taken, e)));
    }

    /// <summary>
    /// An earlier process ended while this instance had something to do; perhaps the instance is the reason. Its next turn begins only when
    /// the attempt is counted on disk, and after too many the instance fails.
    /// </summary>
    /// <returns>Whether the turn is put off.</returns>
    private bool MayHaveCrashed(InstanceEntry entry, InstanceRow row, List<InstanceMessage> taken)
    {
        if (row.Attempts >= options.MaxCrashes)
        {
            var failure = OrchestrationFault.Crashed($"The orchestration '{row.Name}' ({row.Id})", row.Attempts);
            Write(entry, FailedWrite(row, taken, [], failure, failure.ToString(), time.GetUtcNow().UtcDateTime));
            return true;
        }

        // The result of an activity that was let go from there brings its own turn out with it.
        if (row.Attempts >= Quarantine.Suspicious && !entry.IsSuspect && !taken.Exists(m => m.Recorded is not null))
        {
            // While it waits the engine may be stopped, and nobody waits for it.
            recovered[entry.Id] = true;
            Interlocked.Decrement(ref busy);
            quarantine.Enter(() =>
            {
                entry.IsSuspect = true;
                Interlocked.Increment(ref busy);
                TryAgain(entry, taken);
            });
            return true;
        }

        store.Write(new FunctionWrite<bool>(
            w =>
            {
                w.CountAttempt(row.Key);
                return true;
            },
            _ => TryAgain(entry, taken),
            e => NotWritten(entry, taken, e)));
        return true;
    }

    /// <summary>Fails an instance whose turns keep breaking in the engine, so that it does not try for ever.</summary>
    /// <returns>False: that breaks too.</returns>
    private bool GiveUp(InstanceEntry entry, List<InstanceMessage> taken, Exception exception)
    {
        try
        {
            if (Find(entry.Id) is not { IsOver: false } row)
                return false;
            var failure = OrchestrationFault.Broke($"The orchestration '{row.Name}' ({row.Id})", entry.BrokenTurns, exception);
            Write(entry, FailedWrite(row, taken, [], failure, failure.ToString(), time.GetUtcNow().UtcDateTime));
            return true;
        }
#pragma warning disable CA1031 // Whatever it is, the instance is still there and may be tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.TurnBroke(e, entry.Id, RetryDelay);
            return false;
        }
    }

    private void TryAgain(InstanceEntry entry, List<InstanceMessage> taken)
    {
        lock (entry.Gate)
            entry.Pending.InsertRange(0, taken);
        turns.Add(entry);
    }

    /// <summary>The turn is lost: the instance is loaded afresh and tried again after a while.</summary>
    private void Later(InstanceEntry entry, List<InstanceMessage> taken)
    {
        entry.Unload();
        _ = WaitAsync();

        async Task WaitAsync()
        {
            try
            {
                await Task.Delay(RetryDelay, time, stopped.Token).ConfigureAwait(false);
                TryAgain(entry, taken);
            }
            catch (OperationCanceledException)
            {
                // The next start goes on from the file.
            }
        }
    }
}
