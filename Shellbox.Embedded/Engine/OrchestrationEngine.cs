using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>
/// The durable engine. An instance is woken by messages; its turn takes all that wait, runs the orchestrator, and is committed as one
/// transaction. What the commit brings about (activities, timers, messages to others) begins only when it is on disk.
/// </summary>
internal sealed partial class OrchestrationEngine : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly EngineOptions options;
    private readonly IFunctionDirectory functions;
    private readonly TimeProvider time;
    private readonly ILoggerFactory loggers;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<string, InstanceEntry> entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> recovered = new(StringComparer.Ordinal);
    private readonly LinkedList<InstanceEntry> idle = new();
    private readonly InstanceWaiters waiters = new();
    private readonly Quarantine quarantine = new();
    private readonly DurableStore store;
    private readonly ActivityDispatcher activities;
    private readonly TimerQueue timers;
    private readonly ReadyQueue<InstanceEntry> turns;
    private readonly CancellationTokenSource stopped = new();
    private LeftBehind? left;
    private long lastKey;
    private int busy;
    private int underWay;
    private bool disposed;

    public OrchestrationEngine(EngineOptions options, IFunctionDirectory functions, TimeProvider time, ILoggerFactory loggers)
    {
        this.options = options;
        this.functions = functions;
        this.time = time;
        this.loggers = loggers;
        logger = loggers.CreateLogger("Host.Triggers.DurableTask");
        store = new DurableStore(options.DatabasePath, options.SyncEveryCommit, e => logger.AfterCommitFailed(e));
        lastKey = store.LastKey;
        activities = new ActivityDispatcher(options, store, functions, time, logger, Deliver, () => Interlocked.Decrement(ref underWay), quarantine);
        timers = new TimerQueue(time, (id, key, task) => Deliver(id, new InstanceMessage(HistoryEventType.TimerFired, 0, key, task)));

        // Turns are computation; those that wait for their commit occupy no worker.
        turns = new(Math.Clamp(options.MaxConcurrentOrchestrators, 1, 2 * Environment.ProcessorCount), RunTurnAsync);
    }

    /// <summary>The engine's file, which also keeps the state of timer functions.</summary>
    public DurableStore Store => store;

    public EngineOptions Options => options;

    /// <summary>How many orchestrators are in memory.</summary>
    public int LiveOrchestrators => entries.Count;

    /// <summary>Whether nothing is under way: no turn, no activity; each instance waits for a timer, an event or its time.</summary>
    /// <remarks>One counter for turns and activities, raised for what follows before it falls for what went before, so it is exact.</remarks>
    public bool IsQuiet => Volatile.Read(ref underWay) == 0;

    /// <summary>Begins to take orders. What an earlier process left is noted, and gone on with by <see cref="Resume"/>.</summary>
    public void Start()
    {
        left = LeftBehind.Read(store);
        turns.Start();
        activities.Start();
    }

    /// <summary>Goes on with what an earlier process left.</summary>
    public void Resume()
    {
        if (Interlocked.Exchange(ref left, null) is not { } work)
            return;
        logger.EngineStarted(store.Path, work.Instances.Count, work.Tasks.Count, work.Timers.Count);
        foreach (var id in work.Instances.Concat(work.Tasks.Select(t => t.InstanceId)).Concat(work.Timers.Select(t => t.Id)))
            recovered[id] = true;
        foreach (var (key, task, id, at) in work.Timers)
            timers.Add(id, key, task, at);
        foreach (var task in work.Tasks)
            AddActivity(task);
        foreach (var id in work.Instances)
            Deliver(id, InstanceMessage.Wake);
    }

    /// <summary>Stops in order: no new activities, those under way end or are abandoned, their results are recorded, the file is closed.</summary>
    public async Task StopAsync(CancellationToken atOnce)
    {
        if (disposed)
            return;
        timers.Dispose();
        await activities.StopAsync(atOnce).ConfigureAwait(false);
        while (Volatile.Read(ref busy) > 0 && !atOnce.IsCancellationRequested)
            await Task.Delay(1, CancellationToken.None).ConfigureAwait(false);
        await turns.StopAsync().ConfigureAwait(false);
        var abandoned = activities.Abandoned;
        await DisposeAsync().ConfigureAwait(false);
        logger.EngineStopped(abandoned);
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        await stopped.CancelAsync().ConfigureAwait(false);
        timers.Dispose();
        await Task.Run(store.Dispose).ConfigureAwait(false);
        activities.Dispose();
        turns.Dispose();
        stopped.Dispose();
    }

    /// <summary>Tells an instance something. It is heard in the instance's next turn.</summary>
    public void Deliver(string id, InstanceMessage message)
    {
        while (true)
        {
            var entry = entries.GetOrAdd(id, static key => new InstanceEntry(key));
            lock (entry.Gate)
            {
                if (entry.Removed)
                    continue;
                entry.Pending.Add(message);
                if (entry.Busy)
                    return;
                entry.Busy = true;
                NotIdle(entry);
            }

            Interlocked.Increment(ref underWay);
            Interlocked.Increment(ref busy);
            turns.Add(entry);
            return;
        }
    }

    private void AddActivity(ActivityWork work)
    {
        Interlocked.Increment(ref underWay);
        activities.Add(work);
    }

    private long NewKey() => Interlocked.Increment(ref lastKey);

    private void NotIdle(InstanceEntry entry)
    {
        lock (idle)
        {
            if (entry.Idle is null)
                return;
            idle.Remove(entry.Idle);
            entry.Idle = null;
        }
    }

    /// <summary>Ends an instance's turn: on to the next one if messages came, else it waits in memory, or leaves it.</summary>
    private void Release(InstanceEntry entry)
    {
        if (entry.IsSuspect)
        {
            entry.IsSuspect = false;
            quarantine.Leave();
        }

        InstanceEntry? oldest = null;
        lock (entry.Gate)
        {
            if (entry.Pending.Count > 0)
            {
                if (options.MaxLiveOrchestrators == 0)
                    entry.Unload();
                turns.Add(entry);
                return;
            }

            entry.Busy = false;
            if (entry.Execution is null)
            {
                entry.Unload();
                Remove(entry);
            }
            else
            {
                lock (idle)
                {
                    entry.Idle = idle.AddLast(entry);
                    if (idle.Count > options.MaxLiveOrchestrators)
                    {
                        oldest = idle.First!.Value;
                        idle.RemoveFirst();
                        oldest.Idle = null;
                    }
                }
            }
        }

        Interlocked.Decrement(ref busy);
        Interlocked.Decrement(ref underWay);
        if (oldest is not null)
            Drop(oldest);
    }

    private void Drop(InstanceEntry entry)
    {
        lock (entry.Gate)
        {
            if (entry.Busy || entry.Removed)
                return;
            entry.Unload();
            Remove(entry);
        }
    }

    private void Remove(InstanceEntry entry)
    {
        entry.Removed = true;
        entries.TryRemove(new KeyValuePair<string, InstanceEntry>(entry.Id, entry));
    }
}
