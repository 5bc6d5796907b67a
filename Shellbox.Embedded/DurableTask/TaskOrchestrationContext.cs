using Microsoft.Extensions.Logging;

namespace Shellbox.Embedded.DurableTask;

/// <summary>
/// What an orchestrator stands on. Its code may run again from the start (a replay), so it must be deterministic: time, ids and everything
/// outside come from here, and only tasks made here (or combined from such) are awaited.
/// </summary>
public abstract class TaskOrchestrationContext
{
    /// <summary>The orchestrator's name as it was called.</summary>
    public abstract TaskName Name { get; }

    /// <summary>The instance's id.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The calling orchestration; null for one started by a client.</summary>
    public abstract ParentOrchestrationInstance? Parent { get; }

    /// <summary>The time (UTC) of the turn; the same on every replay.</summary>
    public abstract DateTime CurrentUtcDateTime { get; }

    /// <summary>Whether this point was passed before. Each point is passed exactly once with false.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The version the instance was started with; empty without one.</summary>
    public virtual string Version => string.Empty;

    /// <summary>Makes loggers that are silent during a replay.</summary>
    public virtual ILoggerFactory ReplaySafeLoggerFactory => new ReplaySafeLoggerFactory(this, LoggerFactory);

    /// <summary>Makes the loggers behind the replay-safe ones.</summary>
    protected abstract ILoggerFactory LoggerFactory { get; }

    /// <summary>The input; the type's default without one.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of that type.</exception>
    public abstract T? GetInput<T>();

    /// <summary>Calls an activity.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries.</exception>
    public abstract Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null);

    /// <summary>Calls an activity without input.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries.</exception>
    public virtual Task<TResult> CallActivityAsync<TResult>(TaskName name, TaskOptions options) =>
        CallActivityAsync<TResult>(name, null, options);

    /// <summary>Calls an activity for its effect.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries.</exception>
    public virtual Task CallActivityAsync(TaskName name, object? input = null, TaskOptions? options = null) =>
        CallActivityAsync<object>(name, input, options);

    /// <summary>Calls an activity for its effect, without input.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries.</exception>
    public virtual Task CallActivityAsync(TaskName name, TaskOptions options) => CallActivityAsync(name, null, options);

    /// <summary>Calls another orchestrator.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries, or was terminated.</exception>
    public abstract Task<TResult> CallSubOrchestratorAsync<TResult>(
        TaskName orchestratorName, object? input = null, TaskOptions? options = null);

    /// <summary>Calls another orchestrator without input.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries, or was terminated.</exception>
    public virtual Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync<TResult>(orchestratorName, null, options);

    /// <summary>Calls another orchestrator for its effect.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries, or was terminated.</exception>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
        CallSubOrchestratorAsync<object>(orchestratorName, input, options);

    /// <summary>Calls another orchestrator for its effect, without input.</summary>
    /// <exception cref="TaskFailedException">It failed, after all retries, or was terminated.</exception>
    public virtual Task CallSubOrchestratorAsync(TaskName orchestratorName, TaskOptions options) =>
        CallSubOrchestratorAsync(orchestratorName, null, options);

    /// <summary>Makes a durable timer.</summary>
    /// <param name="delay">How long from <see cref="CurrentUtcDateTime"/>.</param>
    /// <param name="cancellationToken">Gives the timer up: the task ends cancelled.</param>
    public virtual Task CreateTimer(TimeSpan delay, CancellationToken cancellationToken) =>
        CreateTimer(CurrentUtcDateTime.Add(delay), cancellationToken);

    /// <summary>Makes a durable timer. An orchestration does not complete before its timers have fired or are cancelled.</summary>
    /// <param name="fireAt">When (UTC).</param>
    /// <param name="cancellationToken">Gives the timer up: the task ends cancelled.</param>
    public abstract Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken);

    /// <summary>Waits for an event. One that came before is taken at once; of several waits for one name the newest is served first.</summary>
    /// <param name="eventName">The name, in any letter case.</param>
    /// <param name="cancellationToken">Gives the wait up: the task ends cancelled and takes no event.</param>
    public abstract Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default);

    /// <summary>Waits for an event for a limited time.</summary>
    /// <exception cref="TaskCanceledException">The time is over.</exception>
    public Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout) =>
        WaitForExternalEvent<T>(eventName, timeout, CancellationToken.None);

    /// <summary>Waits for an event for a limited time.</summary>
    /// <exception cref="TaskCanceledException">The time is over, or the token was cancelled.</exception>
    public async Task<T> WaitForExternalEvent<T>(string eventName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var giveUpTimer = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var giveUpEvent = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var arrived = WaitForExternalEvent<T>(eventName, giveUpEvent.Token);
        var over = CreateTimer(timeout, giveUpTimer.Token);

        var first = await Task.WhenAny(arrived, over).ConfigureAwait(false);
        if (first == over && !arrived.IsCompleted)
        {
            giveUpEvent.Cancel();
        }
        else if (!over.IsCompleted)
        {
            // An orchestration that completes must find its timer cancelled.
            giveUpTimer.Cancel();
        }

        return await arrived.ConfigureAwait(false);
    }

    /// <summary>Sends an event to another instance; one that does not exist or has ended gets nothing.</summary>
    public abstract void SendEvent(string instanceId, string eventName, object payload);

    /// <summary>Shows a value with the instance's status.</summary>
    /// <param name="customStatus">At most 16 KB as JSON in UTF-16; more fails the instance.</param>
    public abstract void SetCustomStatus(object? customStatus);

    /// <summary>Begins anew with an empty history as soon as the orchestrator returns.</summary>
    /// <param name="newInput">The new input.</param>
    /// <param name="preserveUnprocessedEvents">Whether events that nothing has awaited yet are kept.</param>
    public abstract void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true);

    /// <summary>Begins anew with an empty history as soon as the orchestrator returns.</summary>
    public virtual void ContinueAsNew(ContinueAsNewOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ContinueAsNew(options.NewInput, options.PreserveUnprocessedEvents);
    }

    /// <summary>A new GUID (version 5) that is the same on every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>A logger that is silent during a replay.</summary>
    public virtual ILogger CreateReplaySafeLogger(string categoryName) => ReplaySafeLoggerFactory.CreateLogger(categoryName);

    /// <summary>A logger that is silent during a replay.</summary>
    public virtual ILogger CreateReplaySafeLogger(Type type) => ReplaySafeLoggerFactory.CreateLogger(type);

    /// <summary>A logger that is silent during a replay.</summary>
    public virtual ILogger CreateReplaySafeLogger<T>() => ReplaySafeLoggerFactory.CreateLogger<T>();
}
