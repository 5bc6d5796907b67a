using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// A task hub in a SQLite file. A turn is one transaction, and what it asks for is made known once that is on the disk; so nothing is lost
/// when the process is killed, and what was under way is handed out again. In memory are only instances that have work, when messages that
/// are not due yet will be, and who waits.
/// </summary>
internal sealed partial class SqliteOrchestrationService : IOrchestrationService, IDisposable
{
    private readonly SqliteServiceSettings _settings;
    private readonly Database _database;
    private readonly WorkQueue<string> _instances;
    private readonly WorkQueue<long> _activities;
    private readonly DelayQueue<string> _notDue;
    private readonly Waiters _waiters = new();
    private DateTime _lastSent;

    /// <exception cref="InvalidOperationException">Another host has the file, or it is of a newer version.</exception>
    public SqliteOrchestrationService(SqliteServiceSettings settings)
    {
        _settings = settings;
        _database = new Database(settings.Path);
        _instances = new WorkQueue<string>(settings.Clock);
        _activities = new WorkQueue<long>(settings.Clock);
        _notDue = new DelayQueue<string>(settings.Time, _instances.Signal);
        var (messages, activities) = _database.Read(c => c.ReadWaiting());
        messages.ForEach(m => Deliver(m.Id, m.Due));
        activities.ForEach(_activities.Signal);
    }

    public int TaskOrchestrationDispatcherCount => 1;

    public int TaskActivityDispatcherCount => 1;

    public int MaxConcurrentTaskOrchestrationWorkItems => _settings.MaxOrchestrations;

    public int MaxConcurrentTaskActivityWorkItems => _settings.MaxActivities;

    public BehaviorOnContinueAsNew EventBehaviourForContinueAsNew => BehaviorOnContinueAsNew.Carryover;

    /// <summary>How many instances and activities are in memory because they have work.</summary>
    public int CountInMemory => _instances.Count + _activities.Count;

    private DateTime Now => _settings.Time.GetUtcNow().UtcDateTime;

    public async Task<TaskOrchestrationWorkItem> LockNextTaskOrchestrationWorkItemAsync(
        TimeSpan receiveTimeout,
        CancellationToken cancellationToken
    ) => (await LockAsync(_instances, BeginTurnAsync, receiveTimeout, cancellationToken))!;

    public async Task CompleteTaskOrchestrationWorkItemAsync(
        TaskOrchestrationWorkItem workItem,
        OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages,
        IList<TaskMessage> orchestratorMessages,
        IList<TaskMessage> timerMessages,
        TaskMessage? continuedAsNewMessage,
        OrchestrationState? orchestrationState
    )
    {
        var item = (SqliteWorkItem)workItem;
        if (orchestrationState is null)
        {
            // The dispatcher discards the messages.
            await WriteAsync((c, _) => c.DeleteMessages(item.Sequences));
            item.IsComplete = true;
            return;
        }

        // Continued as new, or rewound.
        var replaced = !ReferenceEquals(newOrchestrationRuntimeState, item.OrchestrationRuntimeState);
        orchestrationState.LastUpdatedTime = Now;
        if (_settings.TurnTimes is not null)
            Stamp(item, newOrchestrationRuntimeState, orchestrationState);
        var events = HubJson.Write(replaced ? newOrchestrationRuntimeState.Events : newOrchestrationRuntimeState.NewEvents);
        var state = HubJson.WriteState(orchestrationState);
        var activities = outboundMessages.Select(m => new OutgoingMessage(m)).ToList();
        var messages = orchestratorMessages.Concat(timerMessages).Select(m => new OutgoingMessage(m)).ToList();
        if (continuedAsNewMessage is not null)
            messages.Add(new OutgoingMessage(continuedAsNewMessage));
        await WriteAsync(
            (c, outbox) =>
            {
                c.DeleteMessages(item.Sequences);

                // Started anew meanwhile, or purged: then this turn has not been.
                if (c.Find(item.InstanceId)?.Execution != item.Execution)
                    return;
                if (replaced)
                    c.DeleteHistory(item.InstanceId);
                c.AppendHistory(item.InstanceId, item.Number, events);
                c.Update(orchestrationState, state);
                activities.ForEach(a => outbox.Activities.Add(c.InsertActivity(a)));
                messages.ForEach(m => Post(c, m, outbox));
                if (orchestrationState.OrchestrationStatus.IsTerminal())
                    outbox.Ended = orchestrationState;
            }
        );
        item.IsComplete = true;
    }

    public Task AbandonTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        ((SqliteWorkItem)workItem).IsAbandoned = true;
        return Task.CompletedTask;
    }

    public Task ReleaseTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem)
    {
        var item = (SqliteWorkItem)workItem;
        _settings.TurnTimes?.End(item.InstanceId);
        _instances.Release(item.InstanceId, again: !item.IsComplete, failed: item.IsAbandoned && !item.IsComplete);
        return Task.CompletedTask;
    }

    public async Task<TaskActivityWorkItem> LockNextTaskActivityWorkItem(TimeSpan receiveTimeout, CancellationToken cancellationToken) =>
        (await LockAsync(_activities, BeginActivityAsync, receiveTimeout, cancellationToken))!;

    public async Task CompleteTaskActivityWorkItemAsync(TaskActivityWorkItem workItem, TaskMessage responseMessage)
    {
        var sequence = Sequence(workItem);
        var response = new OutgoingMessage(responseMessage);
        await WriteAsync(
            (c, outbox) =>
            {
                if (c.DeleteActivity(sequence))
                    Post(c, response, outbox);
            }
        );
        _activities.Release(sequence);
    }

    public Task AbandonTaskActivityWorkItemAsync(TaskActivityWorkItem workItem)
    {
        _activities.Release(Sequence(workItem), failed: true);
        return Task.CompletedTask;
    }

    /// <summary>A delay here would stop all; what failed is held back by itself.</summary>
    public int GetDelayInSecondsAfterOnProcessException(Exception exception) => 0;

    public int GetDelayInSecondsAfterOnFetchException(Exception exception) => 1;

    public bool IsMaxMessageCountExceeded(int currentMessageCount, OrchestrationRuntimeState runtimeState) => false;

    // Locks do not run out, and the hub is there from the constructor on.
    public Task RenewTaskOrchestrationWorkItemLockAsync(TaskOrchestrationWorkItem workItem) => Task.CompletedTask;

    public Task<TaskActivityWorkItem> RenewTaskActivityWorkItemLockAsync(TaskActivityWorkItem workItem) => Task.FromResult(workItem);

    public Task StartAsync() => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public Task StopAsync(bool isForced) => Task.CompletedTask;

    public Task CreateAsync() => Task.CompletedTask;

    public Task CreateAsync(bool recreateInstanceStore) => Task.CompletedTask;

    public Task CreateIfNotExistsAsync() => Task.CompletedTask;

    public Task DeleteAsync() => throw new NotSupportedException("The hub is deleted by deleting its file.");

    public Task DeleteAsync(bool deleteInstanceStore) => DeleteAsync();

    public void Dispose()
    {
        _notDue.Dispose();
        _instances.Dispose();
        _activities.Dispose();
        _waiters.Cancel();
        _database.Dispose();
    }

    /// <param name="queue">What has work.</param>
    /// <param name="begin">Makes a work item of a key; null: it has none now.</param>
    /// <param name="timeout">How long to wait for one.</param>
    /// <param name="cancellationToken">Ends the wait as well.</param>
    /// <returns>Null: there was none in that time.</returns>
    private static async Task<TItem?> LockAsync<TKey, TItem>(
        WorkQueue<TKey> queue,
        Func<TKey, Task<TItem?>> begin,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
        where TKey : notnull
        where TItem : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        while (!cancellationToken.IsCancellationRequested)
        {
            TKey key;
            try
            {
                key = await queue.TakeAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            try
            {
                if (await begin(key) is { } item)
                    return item;
            }
            catch
            {
                queue.Release(key, failed: true);
                throw;
            }

            queue.Release(key);
        }

        return null;
    }

    private Task<TaskActivityWorkItem?> BeginActivityAsync(long sequence) =>
        Task.FromResult(
            _database.Read(c => c.ReadActivity(sequence)) is { } message
                ? new TaskActivityWorkItem
                {
                    Id = sequence.ToString(CultureInfo.InvariantCulture),
                    LockedUntilUtc = DateTime.MaxValue,
                    TaskMessage = message,
                }
                : null
        );

    private static long Sequence(TaskActivityWorkItem item) => long.Parse(item.Id, CultureInfo.InvariantCulture);

    /// <returns>Null: there is nothing to do for it now.</returns>
    private async Task<TaskOrchestrationWorkItem?> BeginTurnAsync(string id)
    {
        var now = Now;
        var turn = _database.Read(c => c.ReadTurn(id, now));
        var relevant = turn.Relevant();
        var dropped = turn.Messages.Except(relevant).Select(m => m.Sequence).ToList();
        if (turn.History.Count == 0 && relevant.Count > 0 && !relevant.Exists(m => m.Message.Event is ExecutionStartedEvent))
        {
            // It is to start later. What has come is kept for then; but why start what is to be ended?
            if (relevant.Select(m => m.Message.Event).OfType<ExecutionTerminatedEvent>().FirstOrDefault() is { } terminated)
            {
                await EndUnstartedAsync(id, turn.Execution!, terminated.Input);
                return null;
            }

            relevant.Clear();
        }

        if (relevant.Count == 0)
        {
            if (dropped.Count > 0)
                await WriteAsync((c, _) => c.DeleteMessages(dropped));

            // In case that the clock was set back since.
            if (turn.NextDue is { } next)
                _notDue.Add(id, next);
            return null;
        }

        _settings.TurnTimes?.Begin(id, now);
        return new SqliteWorkItem
        {
            InstanceId = id,
            OrchestrationRuntimeState = new OrchestrationRuntimeState(turn.History),
            NewMessages = [.. relevant.Select(m => m.Message)],
            LockedUntilUtc = DateTime.MaxValue,
            Sequences = [.. relevant.Select(m => m.Sequence), .. dropped],
            Execution = turn.Execution!,
            Number = turn.Number,
            Time = now,
        };
    }

    private Task<Outbox> EndUnstartedAsync(string id, string execution, string? reason) =>
        WriteAsync(
            (c, outbox) =>
            {
                if (c.Find(id) != (execution, OrchestrationStatus.Pending))
                    return;
                var state = outbox.Ended = c.ReadState(id)!;
                (state.OrchestrationStatus, state.Output) = (OrchestrationStatus.Terminated, reason);
                state.LastUpdatedTime = state.CompletedTime = Now;
                c.Update(state, HubJson.WriteState(state));
                c.DeleteMessagesOf(id);
            }
        );

    private Task<Outbox> WriteAsync(Action<DatabaseConnection, Outbox> apply) =>
        _database.WriteAsync(
            c =>
            {
                var outbox = new Outbox();
                apply(c, outbox);
                return outbox;
            },
            Deliver
        );

    /// <summary>Puts the turn's time in the place of the system's, which the dispatcher takes.</summary>
    private static void Stamp(SqliteWorkItem item, OrchestrationRuntimeState runtimeState, OrchestrationState state)
    {
        // A rewind takes over events of turns that have been.
        var past = item.OrchestrationRuntimeState.PastEvents.ToHashSet<HistoryEvent>(ReferenceEqualityComparer.Instance);
        foreach (var e in runtimeState.NewEvents.Where(e => !past.Contains(e)))
            e.Timestamp = item.Time;
        state.LastUpdatedTime = item.Time;
        if (state.OrchestrationStatus.IsTerminal())
            state.CompletedTime = item.Time;
    }

    /// <summary>Puts a message into its instance's inbox; on the writer's thread.</summary>
    private void Post(DatabaseConnection connection, OutgoingMessage message, Outbox outbox)
    {
        if (message.Message.Event is ExecutionStartedEvent started)
        {
            // A child. One that runs under its id is not disturbed.
            if (connection.Find(message.InstanceId) is { } found && !found.Status.IsTerminal())
            {
                if (Refusal(started) is { } refusal)
                    Post(connection, new OutgoingMessage(refusal), outbox);
                return;
            }

            connection.Create(PendingState(started));
        }

        Insert(connection, message, outbox);
    }

    private void Insert(DatabaseConnection connection, OutgoingMessage message, Outbox outbox)
    {
        // Never back, so that messages stay in order when the clock is set.
        _lastSent = Now > _lastSent ? Now : _lastSent;
        connection.InsertMessage(message, _lastSent);
        outbox.Messages.Add((message.InstanceId, message.Due));
    }

    private static TaskMessage? Refusal(ExecutionStartedEvent child)
    {
        if (child.ParentInstance is not { } parent || child.Tags?.ContainsKey(OrchestrationTags.FireAndForget) is true)
            return null;
        var reason = $"An orchestration with the id '{child.OrchestrationInstance.InstanceId}' runs already.";
        return new TaskMessage
        {
            OrchestrationInstance = parent.OrchestrationInstance,
            Event = new SubOrchestrationInstanceFailedEvent(
                -1,
                parent.TaskScheduleId,
                reason,
                null,
                new FailureDetails(typeof(OrchestrationAlreadyExistsException).FullName!, reason, null, null, false)
            ),
        };
    }

    private OrchestrationState PendingState(ExecutionStartedEvent started) =>
        new()
        {
            OrchestrationInstance = started.OrchestrationInstance,
            ParentInstance = started.ParentInstance,
            Name = started.Name,
            Version = started.Version,
            Tags = started.Tags,
            Input = started.Input,
            OrchestrationStatus = OrchestrationStatus.Pending,
            ScheduledStartTime = started.ScheduledStartTime,
            CreatedTime = Now,
            LastUpdatedTime = Now,
        };

    /// <summary>Makes known what is committed.</summary>
    private void Deliver(Outbox outbox)
    {
        foreach (var (id, due) in outbox.Messages)
            Deliver(id, due);
        outbox.Activities.ForEach(_activities.Signal);
        if (outbox.Ended is { } ended)
            _waiters.Ended(ended);
    }

    private void Deliver(string id, DateTime due)
    {
        if (due > Now)
            _notDue.Add(id, due);
        else
            _instances.Signal(id);
    }
}
