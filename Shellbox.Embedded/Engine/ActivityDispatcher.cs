using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Engine.Orchestrations;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>Runs activities, a bounded number at once, and hands their results to their instances.</summary>
internal sealed class ActivityDispatcher : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>What has run for so long without ending the process makes way for the next suspect.</summary>
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(2);

    private readonly EngineOptions options;
    private readonly DurableStore store;
    private readonly IFunctionDirectory functions;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Action<string, InstanceMessage> deliver;
    private readonly Action ended;
    private readonly Quarantine quarantine;
    private readonly ReadyQueue<ActivityWork> queue;
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Those that run and whose start was counted.</summary>
    private readonly ConcurrentDictionary<(long Key, int TaskId), bool> counted = new();
    private int abandoned;

    public ActivityDispatcher(
        EngineOptions options,
        DurableStore store,
        IFunctionDirectory functions,
        TimeProvider time,
        ILogger logger,
        Action<string, InstanceMessage> deliver,
        Action ended,
        Quarantine quarantine)
    {
        this.options = options;
        this.store = store;
        this.functions = functions;
        this.time = time;
        this.logger = logger;
        this.deliver = deliver;
        this.ended = ended;
        this.quarantine = quarantine;
        queue = new(options.MaxConcurrentActivities, RunAsync);
    }

    public int Running => queue.Running;

    public int Waiting => queue.Waiting;

    public int Abandoned => Volatile.Read(ref abandoned);

    public void Start() => queue.Start();

    public void Add(ActivityWork work)
    {
        if (queue.Waiting > options.MaxBufferedActivities)
            work = work with { Name = null, Input = null };
        if (work.Attempts >= Quarantine.Suspicious)
        {
            work = work with { Recorded = new(TaskCreationOptions.RunContinuationsAsynchronously) };
            quarantine.Enter(() => queue.Add(work));
        }
        else
        {
            queue.Add(work);
        }
    }

    /// <summary>
    /// Takes nothing new and lets what runs end, first by itself, then cancelled; what then still runs is abandoned. The time is real time:
    /// whoever stops the process waits for it.
    /// </summary>
    public async Task StopAsync(CancellationToken atOnce)
    {
        var done = queue.StopAsync();
        try
        {
            await done.WaitAsync(options.ShutdownGrace, TimeProvider.System, atOnce).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            try
            {
                await done.WaitAsync(options.CancelGrace, TimeProvider.System, atOnce).ConfigureAwait(false);
            }
            catch (Exception again) when (again is TimeoutException or OperationCanceledException)
            {
                Interlocked.Add(ref abandoned, queue.Running);
                await Task.WhenAll(counted.Keys.Select(UncountAsync)).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        stopping.Dispose();
        queue.Dispose();
    }

    private Task RunAsync(ActivityWork work)
    {
        if (work.Recorded is { } recorded)
            _ = LeaveQuarantineAsync(recorded.Task);
        return InvokeAndDeliverAsync(work);
    }

    private async Task LeaveQuarantineAsync(Task recorded)
    {
        await Task.WhenAny(recorded, Task.Delay(Probation, time)).ConfigureAwait(false);
        quarantine.Leave();
    }

    private async Task InvokeAndDeliverAsync(ActivityWork work)
    {
        var again = false;
        InstanceMessage? result = null;
        try
        {
            if (await PrepareAsync(work).ConfigureAwait(false) is not var (prepared, givenUp))
                return;
            result = givenUp ?? await InvokeAsync(prepared).ConfigureAwait(false);
            if (result is not null)
                deliver(work.InstanceId, result with { Recorded = work.Recorded });
            else
                await UncountAsync((work.Key, work.TaskId)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What the app's code throws has been dealt with; whatever is left must not lose the activity.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ActivityBroke(e, work.Name, work.TaskId, work.InstanceId, RetryDelay);
            again = true;
            _ = LaterAsync(work with { Recorded = null });
        }
        finally
        {
            counted.TryRemove((work.Key, work.TaskId), out _);
            if (result is null)
                work.Recorded?.TrySetResult();
            if (!again)
                ended();
        }
    }

    /// <summary>Takes a counted start back: the host stops, which is no fault of the activity.</summary>
    private async Task UncountAsync((long Key, int TaskId) task)
    {
        if (!counted.TryRemove(task, out _))
            return;
        await store.WriteAsync(w =>
        {
            w.UncountTaskAttempt(task.Key, task.TaskId);
            return true;
        }).ConfigureAwait(false);
    }

    private async Task LaterAsync(ActivityWork work)
    {
        try
        {
            await Task.Delay(RetryDelay, time, stopping.Token).ConfigureAwait(false);
            queue.Add(work);
        }
        catch (OperationCanceledException)
        {
            // The next start finds it in the file.
        }
        catch (ObjectDisposedException)
        {
            // Likewise.
        }
    }

    /// <summary>Reads what is not at hand, and counts the start of a task that an earlier process may have died of.</summary>
    /// <returns>What to run, or the failure to give it up with; null: it is done.</returns>
    private async Task<(ActivityWork Work, InstanceMessage? GivenUp)?> PrepareAsync(ActivityWork work)
    {
        if (work.Name is null)
        {
            if (store.Read(r => r.Task(work.Key, work.TaskId)) is not { } stored)
                return null;
            work = work with { Name = stored.Name, Input = stored.Input };
        }

        if (!work.Recovered)
            return (work, null);
        var starts = await store.WriteAsync(w => w.CountTaskAttempt(work.Key, work.TaskId)).ConfigureAwait(false);
        if (starts == 0)
            return null;
        if (starts <= options.MaxCrashes)
        {
            counted[(work.Key, work.TaskId)] = true;
            return (work, null);
        }

        // This start is not made any more.
        var crashes = starts - 1;
        logger.ActivityGivenUp(work.Name!, work.TaskId, work.InstanceId, crashes);
        return (work, Failed(work, StoredFailure.MakeFinal(OrchestrationFault.Crashed($"Activity '{work.Name}'", crashes))));
    }

    /// <summary>Runs the activity; null: it was abandoned because the host stops.</summary>
    private async Task<InstanceMessage?> InvokeAsync(ActivityWork work)
    {
        if (functions.FindActivity(work.Name!) is not { } activity)
        {
            return Failed(work, StoredFailure.MakeFinal(new TaskFailureDetails(
                typeof(InvalidOperationException).FullName!,
                $"The function '{work.Name}' doesn't exist, is disabled, or is not an activity function. Additional info: "
                + $"The following are the known activity functions: {string.Join(", ", functions.ActivityNames.Select(n => $"'{n}'"))}.",
                null,
                null,
                null)));
        }

        using var timeout = new CancellationTokenSource(options.FunctionTimeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, timeout.Token);
        try
        {
            var running = activity.RunAsync(work.InstanceId, work.Input, cancellation.Token);
            var result = await running.WaitAsync(timeout.Token).ConfigureAwait(false);
            return new InstanceMessage(HistoryEventType.TaskCompleted, 0, work.Key, work.TaskId, Data: result);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Interlocked.Increment(ref abandoned);
            return null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            var e = new TimeoutException($"Timeout value of {options.FunctionTimeout} was exceeded by function: {activity.Name}");
            logger.ActivityFailed(e, work.Name!, work.TaskId, work.InstanceId);
            return Failed(work, TaskFailureDetails.FromException(e));
        }
#pragma warning disable CA1031 // Whatever the app's code throws is the activity's result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ActivityFailed(e, work.Name!, work.TaskId, work.InstanceId);
            return Failed(work, TaskFailureDetails.FromException(e));
        }
    }

    private static InstanceMessage Failed(ActivityWork work, TaskFailureDetails failure) =>
        new(HistoryEventType.TaskFailed, 0, work.Key, work.TaskId, Data: StoredFailure.Write(failure));
}
