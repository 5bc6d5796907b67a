using System.Globalization;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>
/// One execution of an orchestrator in memory: takes events, runs the orchestrator's code as far as they lead, and says what it asked for.
/// The history is not kept here; replaying it brings an equal object about.
/// </summary>
internal sealed class OrchestratorExecution : TaskOrchestrationContext
{
    /// <summary>The largest custom status, in bytes of UTF-16.</summary>
    private const int LargestCustomStatus = 16 * 1024;

    private readonly InstanceRow instance;
    private readonly IOrchestratorFunction function;
    private readonly OrchestratorScheduler scheduler;
    private readonly EventInbox events = new();
    private readonly Dictionary<int, OpenTask> open = [];
    private readonly Queue<HistoryEvent> heldWhileSuspended = new();

    /// <summary>What the code asked for in a replay and the history has not confirmed yet, by task number.</summary>
    private readonly SortedDictionary<int, HistoryEvent> unconfirmed = [];
    private List<HistoryEvent> requests = [];
    private List<int> cancelledTimers = [];
    private Task<object?>? code;
    private TaskFailureDetails? fault;
    private readonly Action foreignCompletion;
    private volatile bool touchedByForeignThread;
    private int nextTask;
    private int guids;
    private bool replaying;
    private DateTime now;
    private string? terminated;
    private bool isTerminated;
    private ContinueAsNewOptions? next;
    private string? nextInput;

    public OrchestratorExecution(
        InstanceRow instance, IOrchestratorFunction function, ILoggerFactory loggers, Action foreignCompletion)
    {
        this.instance = instance;
        this.function = function;
        LoggerFactory = loggers;
        this.foreignCompletion = foreignCompletion;
        scheduler = new OrchestratorScheduler(TouchByForeignThread);
    }

    public override TaskName Name => new(instance.Name);

    public override string InstanceId => instance.Id;

    public override ParentOrchestrationInstance? Parent =>
        instance.ParentId is { } id ? new ParentOrchestrationInstance(new TaskName(instance.ParentName!), id) : null;

    public override string Version => instance.Version ?? string.Empty;

    public override DateTime CurrentUtcDateTime => now;

    public override bool IsReplaying => replaying;

    public bool IsSuspended { get; private set; }

    /// <summary>The reason of the last suspension or resumption.</summary>
    public string? PauseReason { get; private set; }

    /// <summary>The custom status as JSON, as far as the code has set it.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>Whether this turn set the custom status.</summary>
    public bool CustomStatusChanged { get; private set; }

    /// <summary>What the orchestrator returned, as JSON; what it was terminated with.</summary>
    public string? Output { get; private set; }

    public TaskFailureDetails? Failure => fault;

    /// <summary>The input of the execution to follow, as JSON.</summary>
    public string? NextInput => nextInput;

    public string? NextVersion => next?.NewVersion;

    public bool TouchedByForeignThread => touchedByForeignThread;

    protected override ILoggerFactory LoggerFactory { get; }

    /// <summary>The kept events for the execution to follow.</summary>
    public List<CarriedEvent> CarriedEvents() => next is { PreserveUnprocessedEvents: true } ? events.Untaken() : [];

    /// <summary>Whether a message still concerns this execution: its task is open.</summary>
    public bool Expects(int task) => open.ContainsKey(task);

    /// <summary>Brings a new execution to where the history ends.</summary>
    public void Replay(IEnumerable<HistoryEvent> history)
    {
        replaying = true;
        scheduler.BeginTurn();
        try
        {
            foreach (var e in history)
            {
                if (fault is not null)
                    break;
                Process(e);
            }

            if (fault is null && unconfirmed.Count > 0)
            {
                var (number, request) = unconfirmed.First();
                fault = OrchestrationFault.NonDeterministic(
                    $"the orchestrator asked for {Describe(request)} as #{number}, which its history does not have.");
            }
        }
        finally
        {
            scheduler.EndTurn();
            replaying = false;
            requests = [];
            cancelledTimers = [];
            CustomStatusChanged = false;
        }
    }

    /// <summary>Takes new events.</summary>
    /// <returns>What the code asked for, and the timers it gave up.</returns>
    public (TurnOutcome Outcome, List<HistoryEvent> Requests, List<int> CancelledTimers) Turn(IEnumerable<HistoryEvent> newEvents)
    {
        scheduler.BeginTurn();
        try
        {
            foreach (var e in newEvents)
            {
                if (fault is not null || isTerminated)
                    break;
                Process(e);
            }
        }
        finally
        {
            scheduler.EndTurn();
        }

        var result = (Outcome(), requests, cancelledTimers);
        requests = [];
        cancelledTimers = [];
        return result;
    }

    /// <summary>
    /// The execution that this one replays was seen outside its turn. If the replay has gone another way since, this is why.
    /// </summary>
    public void WasTouchedByForeignThread()
    {
        touchedByForeignThread = true;
        fault = OrchestrationFault.Foreign();
    }

    /// <summary>The custom status was written.</summary>
    public void CustomStatusWritten() => CustomStatusChanged = false;

    public override T? GetInput<T>()
        where T : default => Json.Deserialize<T>(instance.Input);

    public override async Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null)
    {
        MustBeOnTurn();
        var data = Json.Serialize(input);
        return await Retry(() => Ask<TResult>(HistoryEventType.TaskScheduled, name, data), options?.Retry).ConfigureAwait(false);
    }

    public override async Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null)
    {
        MustBeOnTurn();
        var data = Json.Serialize(input);
        var sub = options as SubOrchestrationOptions;

        // One id for all attempts, so that a retried child replaces the failed one.
        var id = sub?.InstanceId ?? DeterministicGuid.Create($"{instance.Id}\n{instance.Key}\n{nextTask}").ToString("N");
        var detached = new HistoryEvent(HistoryEventType.ChildCreated, now, nextTask, orchestratorName.Name, data, id)
        {
            Version = sub?.Version?.Version,
            Tags = options?.Tags,
        };
        if (detached.IsDetached)
        {
            nextTask++;
            Request(detached);
            return default!;
        }

        return await Retry(
            () => Ask<TResult>(HistoryEventType.ChildCreated, orchestratorName, data, id, sub?.Version, options?.Tags),
            options?.Retry).ConfigureAwait(false);
    }

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        MustBeOnTurn();
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        var at = (fireAt.Kind == DateTimeKind.Local ? fireAt.ToUniversalTime() : fireAt).Ticks;
        var number = nextTask++;
        var timer = new OpenTask<object?> { Name = "timer" };
        open.Add(number, timer);
        Request(new HistoryEvent(
            HistoryEventType.TimerCreated, now, number, Extra: at.ToString(CultureInfo.InvariantCulture)));
        if (cancellationToken.CanBeCanceled)
        {
            var registration = cancellationToken.UnsafeRegister(
                _ =>
                {
                    if (!IsOnTurn() || !open.Remove(number))
                        return;
                    cancelledTimers.Add(number);
                    scheduler.Complete(() => timer.Cancel(cancellationToken));
                },
                null);
            _ = timer.Task.ContinueWith(
                static (_, r) => ((CancellationTokenRegistration)r!).Unregister(),
                registration,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        return timer.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        MustBeOnTurn();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);
        var waiter = new OpenTask<T> { Name = eventName };
        if (events.TryTake(eventName, out var data))
        {
            waiter.Succeed(data);
            return waiter.Task;
        }

        events.Wait(eventName, waiter);
        if (cancellationToken.CanBeCanceled)
        {
            cancellationToken.UnsafeRegister(
                _ =>
                {
                    if (IsOnTurn() && events.Remove(eventName, waiter))
                        scheduler.Complete(() => waiter.Cancel(cancellationToken));
                },
                null);
        }

        return waiter.Task;
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        MustBeOnTurn();
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        Request(new HistoryEvent(HistoryEventType.EventSent, now, nextTask++, eventName, Json.Serialize(payload), instanceId));
    }

    public override void SetCustomStatus(object? customStatus)
    {
        MustBeOnTurn();
        CustomStatus = Json.Serialize(customStatus);
        CustomStatusChanged = true;
    }

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
        ContinueAsNew(new ContinueAsNewOptions { NewInput = newInput, PreserveUnprocessedEvents = preserveUnprocessedEvents });

    public override void ContinueAsNew(ContinueAsNewOptions options)
    {
        MustBeOnTurn();
        ArgumentNullException.ThrowIfNull(options);
        next = options;
        nextInput = Json.Serialize(options.NewInput);
    }

    public override Guid NewGuid()
    {
        MustBeOnTurn();
        return DeterministicGuid.Create(string.Create(CultureInfo.InvariantCulture, $"{instance.Id}\n{instance.Key}\n{now.Ticks}\n{guids++}"));
    }

    private static string Describe(HistoryEvent e) => e.Type switch
    {
        HistoryEventType.TaskScheduled => $"activity '{e.Name}'",
        HistoryEventType.ChildCreated => $"sub-orchestration '{e.Name}'",
        HistoryEventType.EventSent => $"the sending of event '{e.Name}'",
        _ => "a timer",
    };

    private static string OutputOf(object? result) => result is null ? null! : Json.Serialize(result)!;

    private TurnOutcome Outcome()
    {
        if (fault is null && isTerminated)
        {
            Output = terminated;
            return TurnOutcome.Terminated;
        }

        if (fault is null && touchedByForeignThread)
            fault = OrchestrationFault.Foreign();
        if (CustomStatusChanged && CustomStatus?.Length * sizeof(char) > LargestCustomStatus)
        {
            // Only what a turn leaves behind counts, and no catch of the orchestrator's gets around it.
            fault ??= OrchestrationFault.CustomStatusTooLarge(LargestCustomStatus);
            CustomStatusChanged = false;
        }

        // As in DurableTask.Core: whatever was begun and has not ended holds the instance, which shows no end until then.
        if (fault is null && code is { IsFaulted: true } && open.Count == 0)
            fault = TaskFailureDetails.FromException(code.Exception.InnerException!);
        if (fault is null && code is { IsCanceled: true } && open.Count == 0)
            fault = TaskFailureDetails.FromException(new TaskCanceledException(code));
        if (fault is not null)
            return TurnOutcome.Failed;
        if (code is { IsCompletedSuccessfully: true } && next is not null)
            return TurnOutcome.ContinuedAsNew;
        if (code is { IsCompletedSuccessfully: true } && open.Count == 0)
        {
            try
            {
                Output = OutputOf(code.Result);
                return TurnOutcome.Completed;
            }
#pragma warning disable CA1031 // What the app's own types throw while they are written is the orchestrator's failure.
            catch (Exception e)
#pragma warning restore CA1031
            {
                fault = TaskFailureDetails.FromException(e);
                return TurnOutcome.Failed;
            }
        }

        if (code is { IsCompleted: false } && open.Count == 0 && events.Waiting == 0 && !IsSuspended)
        {
            // Nothing durable is under way, so nothing can ever wake it.
            fault = OrchestrationFault.Foreign();
            return TurnOutcome.Failed;
        }

        return TurnOutcome.Waiting;
    }

    private void Process(HistoryEvent e)
    {
        if (e.IsRequest)
        {
            Confirm(e);
            return;
        }

        switch (e.Type)
        {
            case HistoryEventType.ExecutionTerminated:
                isTerminated = true;
                terminated = e.Data;
                return;
            case HistoryEventType.ExecutionSuspended:
                IsSuspended = true;
                PauseReason = e.Data;
                return;
            case HistoryEventType.ExecutionResumed:
                IsSuspended = false;
                PauseReason = e.Data;
                while (heldWhileSuspended.TryDequeue(out var held))
                    Advance(held, e.Timestamp);
                return;
            default:
                if (IsSuspended)
                    heldWhileSuspended.Enqueue(e);
                else
                    Advance(e, e.Timestamp);
                return;
        }
    }

    private void Advance(HistoryEvent e, DateTime time)
    {
        now = time;
        switch (e.Type)
        {
            case HistoryEventType.ExecutionStarted:
                Begin();
                break;
            case HistoryEventType.TaskCompleted or HistoryEventType.ChildCompleted or HistoryEventType.TimerFired:
                if (Take(e.TaskId) is { } done)
                    scheduler.Complete(() => done.Succeed(e.Data));
                break;
            case HistoryEventType.TaskFailed or HistoryEventType.ChildFailed:
                if (Take(e.TaskId) is { } failed)
                    scheduler.Complete(() => failed.Fail(Failed(failed.Name, e)));
                break;
            case HistoryEventType.EventRaised:
                // Waits that the code has left behind on its way to ContinueAsNew must not swallow an event that is to be kept.
                if (code is { IsCompleted: true } && next is { PreserveUnprocessedEvents: true })
                    events.Keep(e.Name!, e.Data);
                else if (events.Arrive(e.Name!, e.Data) is { } waiter)
                    scheduler.Complete(() => waiter.Succeed(e.Data));
                break;
        }

        scheduler.Pump();
    }

    private static TaskFailedException Failed(string name, HistoryEvent e)
    {
        var details = StoredFailure.Read(e.Data);
        return new TaskFailedException(
            name, e.TaskId, details, e.Type == HistoryEventType.TaskFailed ? new ActivityFailure(details) : null);
    }

    private OpenTask? Take(int task)
    {
        open.Remove(task, out var found);
        return found;
    }

    private void Begin()
    {
        var start = new Task<Task<object?>>(Run, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        start.Start(scheduler);
        scheduler.Pump();
        code = start.Result;

        async Task<object?> Run() => await function.RunAsync(this);
    }

    private void Confirm(HistoryEvent recorded)
    {
        if (!unconfirmed.Remove(recorded.TaskId, out var request))
        {
            fault = OrchestrationFault.NonDeterministic(
                $"the history has {Describe(recorded)} as #{recorded.TaskId}, which the orchestrator hasn't (yet?) scheduled.");
            return;
        }

        if (request.Type != recorded.Type || request.TaskName != recorded.TaskName)
        {
            fault = OrchestrationFault.NonDeterministic(
                $"the history has {Describe(recorded)} as #{recorded.TaskId}, the orchestrator asked for {Describe(request)} there.");
        }
    }

    private void Request(HistoryEvent request)
    {
        if (replaying)
            unconfirmed.Add(request.TaskId, request);
        else
            requests.Add(request);
    }

    private Task<T> Ask<T>(
        HistoryEventType type,
        TaskName name,
        string? data,
        string? childId = null,
        TaskVersion? version = null,
        IDictionary<string, string>? tags = null)
    {
        MustBeOnTurn();
        var number = nextTask++;
        var task = new OpenTask<T> { Name = name.Name };
        open.Add(number, task);
        Request(new HistoryEvent(type, now, number, name.Name, data, childId) { Version = version?.Version, Tags = tags });
        return task.Task;
    }

    // ConfigureAwait(false) in the engine's own code does not leave the turn: completions come on its thread, outside the scheduler, and
    // there such continuations run inline. The caller may then decline the scheduler as well and still stay on the turn.
    private async Task<T> Retry<T>(Func<Task<T>> attempt, TaskRetryOptions? retry)
    {
        if (retry is null)
            return await attempt().ConfigureAwait(false);
        var began = now;
        for (var number = 1; ; number++)
        {
            TaskFailureDetails failure;
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (TaskFailedException e) when (!StoredFailure.IsFinal(e.FailureDetails))
            {
                failure = e.FailureDetails;
                if (retry.Policy is { } policy && (number >= policy.MaxNumberOfAttempts || !policy.Handles(failure) || Over(policy)))
                    throw;
                if (retry.Handler is { } handler
                    && !await handler(new RetryContext(this, number, failure, now - began, CancellationToken.None)).ConfigureAwait(false))
                {
                    throw;
                }
            }

            if (retry.Policy is { } waits)
                await CreateTimer(Delay(waits, number), CancellationToken.None).ConfigureAwait(false);
        }

        bool Over(RetryPolicy policy) => policy.RetryTimeout != Timeout.InfiniteTimeSpan && now - began >= policy.RetryTimeout;
    }

    private static TimeSpan Delay(RetryPolicy policy, int failedAttempts)
    {
        var ticks = policy.FirstRetryInterval.Ticks * Math.Pow(policy.BackoffCoefficient, failedAttempts - 1);
        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue.Ticks / 2 : policy.MaxRetryInterval.Ticks;
        return TimeSpan.FromTicks((long)Math.Min(ticks, longest));
    }

    private void MustBeOnTurn()
    {
        if (!IsOnTurn())
            throw new InvalidOperationException(OrchestrationFault.ForeignAwait);
    }

    private bool IsOnTurn()
    {
        if (scheduler.IsOnTurn)
            return true;
        TouchByForeignThread();
        return false;
    }

    private void TouchByForeignThread()
    {
        touchedByForeignThread = true;
        foreignCompletion();
    }
}
