using Microsoft.Extensions.Logging;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Engine.Orchestrations;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>Runs activities, a bounded number at once, and hands their results to their instances.</summary>
internal sealed class ActivityDispatcher : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly EngineOptions options;
    private readonly DurableStore store;
    private readonly IFunctionDirectory functions;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Action<string, InstanceMessage> deliver;
    private readonly Action ended;
    private readonly ReadyQueue<ActivityWork> queue;
    private readonly CancellationTokenSource stopping = new();
    private int abandoned;

    public ActivityDispatcher(
        EngineOptions options,
        DurableStore store,
        IFunctionDirectory functions,
        TimeProvider time,
        ILogger logger,
        Action<string, InstanceMessage> deliver,
        Action ended)
    {
        this.options = options;
        this.store = store;
        this.functions = functions;
        this.time = time;
        this.logger = logger;
        this.deliver = deliver;
        this.ended = ended;
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
        queue.Add(work);
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
            }
        }
    }

    public void Dispose()
    {
        stopping.Dispose();
        queue.Dispose();
    }

    private async Task RunAsync(ActivityWork work)
    {
        var again = false;
        try
        {
            if (await PrepareAsync(work).ConfigureAwait(false) is not { } prepared)
                return;
            if (await InvokeAsync(prepared).ConfigureAwait(false) is { } result)
                deliver(work.InstanceId, result);
            else if (work.Recovered)
                await store.WriteAsync(w => Uncount(w, work)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What the app's code throws has been dealt with; whatever is left must not lose the activity.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ActivityBroke(e, work.Name, work.TaskId, work.InstanceId, RetryDelay);
            again = true;
            _ = LaterAsync(work);
        }
        finally
        {
            if (!again)
                ended();
        }
    }

    private static bool Uncount(StoreWriter writer, ActivityWork work)
    {
        writer.UncountTaskAttempt(work.Key, work.TaskId);
        return true;
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
    private async Task<ActivityWork?> PrepareAsync(ActivityWork work)
    {
        if (work.Name is null)
        {
            if (store.Read(r => r.Task(work.Key, work.TaskId)) is not { } stored)
                return null;
            work = work with { Name = stored.Name, Input = stored.Input };
        }

        if (!work.Recovered)
            return work;
        var starts = await store.WriteAsync(w => w.CountTaskAttempt(work.Key, work.TaskId)).ConfigureAwait(false);
        if (starts == 0)
            return null;
        if (starts <= options.MaxCrashes)
            return work;
        logger.ActivityGivenUp(work.Name, work.TaskId, work.InstanceId, starts);
        deliver(work.InstanceId, Failed(work, StoredFailure.MakeFinal(OrchestrationFault.Crashed($"Activity '{work.Name}'", starts))));
        return null;
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
