using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;
using DurableTask.Core.Query;

namespace Shellbox.LocalHost.Durable;

/// <summary>What clients ask of the hub.</summary>
internal sealed partial class SqliteOrchestrationService
    : IOrchestrationServiceClient,
        IOrchestrationServiceQueryClient,
        IOrchestrationServicePurgeClient
{
    /// <summary>What one transaction removes at most, so that others get their turn.</summary>
    private const int MaxPurgeBatch = 200;

    /// <summary>The longest time that a timer takes.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private static readonly OrchestrationStatus[] ActiveStatuses = [.. Enum.GetValues<OrchestrationStatus>().Where(s => !s.IsTerminal())];

    public Task CreateTaskOrchestrationAsync(TaskMessage creationMessage) => CreateTaskOrchestrationAsync(creationMessage, null);

    /// <exception cref="OrchestrationAlreadyExistsException">
    /// An instance of the id is in one of the statuses; null: those of instances that run.
    /// </exception>
    public async Task CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[]? dedupeStatuses)
    {
        var started = (ExecutionStartedEvent)creationMessage.Event;
        var message = new OutgoingMessage(creationMessage);
        OrchestrationStatus? present = null;
        await WriteAsync(
            (c, outbox) =>
            {
                present =
                    c.Find(message.InstanceId)?.Status is { } found && (dedupeStatuses ?? ActiveStatuses).Contains(found) ? found : null;
                if (present is not null)
                    return;
                c.Create(PendingState(started));
                Insert(c, message, outbox);
            }
        );
        if (present is { } status)
        {
            throw new OrchestrationAlreadyExistsException(
                $"An orchestration with the id '{message.InstanceId}' exists already, with the status {status}."
            );
        }
    }

    public Task SendTaskOrchestrationMessageAsync(TaskMessage message) => SendTaskOrchestrationMessageBatchAsync(message);

    public Task SendTaskOrchestrationMessageBatchAsync(params TaskMessage[] messages)
    {
        var all = messages.Select(m => new OutgoingMessage(m)).ToList();
        return WriteAsync((c, outbox) => all.ForEach(m => Post(c, m, outbox)));
    }

    public Task ForceTerminateTaskOrchestrationAsync(string instanceId, string reason) =>
        SendTaskOrchestrationMessageAsync(
            new TaskMessage
            {
                OrchestrationInstance = new OrchestrationInstance { InstanceId = instanceId },
                Event = new ExecutionTerminatedEvent(-1, reason),
            }
        );

    /// <summary>Lets a failed instance run on from before its failure.</summary>
    /// <exception cref="InvalidOperationException">There is no such instance, or it has not failed.</exception>
    public async Task RewindAsync(string instanceId, string? reason)
    {
        if (_database.Read(c => c.Find(instanceId))?.Status is not OrchestrationStatus.Failed)
        {
            throw new InvalidOperationException("Only an orchestration that has failed can be rewound.");
        }

        await SendTaskOrchestrationMessageAsync(
            new TaskMessage
            {
                OrchestrationInstance = new OrchestrationInstance { InstanceId = instanceId },
                Event = new ExecutionRewoundEvent(-1, reason),
            }
        );
    }

    /// <summary>Waits for the end of an instance, which need not exist yet; by whichever execution it comes.</summary>
    /// <returns>Null: it has not ended in time, which the extension's HTTP API answers by 202; an exception it would answer by
    /// 500.</returns>
    public async Task<OrchestrationState> WaitForOrchestrationAsync(
        string instanceId,
        string? executionId,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        var waiter = _waiters.Add(instanceId);
        try
        {
            // After it is in the list: it might end in between.
            if (_database.Read(c => c.ReadState(instanceId)) is { } state && state.OrchestrationStatus.IsTerminal())
                return state;
            var limit = timeout < TimeSpan.Zero || timeout > MaxWait ? Timeout.InfiniteTimeSpan : timeout;
            return await waiter.Task.WaitAsync(limit, _settings.Clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null!;
        }
        finally
        {
            _waiters.Remove(instanceId, waiter);
        }
    }

    public OrchestrationState? Find(string instanceId, bool withInput) => _database.Read(c => c.ReadState(instanceId, withInput));

    public Task<IList<OrchestrationState>> GetOrchestrationStateAsync(string instanceId, bool allExecutions) =>
        Task.FromResult<IList<OrchestrationState>>(Find(instanceId, withInput: true) is { } state ? [state] : []);

    public Task<OrchestrationState> GetOrchestrationStateAsync(string instanceId, string? executionId)
    {
        var state = Find(instanceId, withInput: true);
        return Task.FromResult(
            string.IsNullOrEmpty(executionId) || state?.OrchestrationInstance.ExecutionId == executionId ? state! : null!
        );
    }

    public Task<string> GetOrchestrationHistoryAsync(string instanceId, string? executionId) =>
        Task.FromResult(HubJson.WritePlain(_database.Read(c => c.ReadHistory(instanceId)).Events));

    public Task<OrchestrationQueryResult> GetOrchestrationWithQueryAsync(OrchestrationQuery query, CancellationToken cancellationToken) =>
        Task.FromResult(_database.Read(c => c.Query(query, query.FetchInputsAndOutputs, query.FetchInputsAndOutputs)));

    /// <summary>The same for the HTTP API, which leaves out inputs alone.</summary>
    public OrchestrationQueryResult Query(OrchestrationQuery query, bool withInput) =>
        _database.Read(c => c.Query(query, withInput, withOutput: true));

    public async Task<PurgeResult> PurgeInstanceStateAsync(string instanceId) =>
        new(await _database.WriteAsync(c => c.Purge(instanceId)) ? 1 : 0, true);

    public async Task<PurgeResult> PurgeInstanceStateAsync(PurgeInstanceFilter purgeInstanceFilter)
    {
        var started = _settings.Clock.GetTimestamp();
        var count = 0;
        while (true)
        {
            var gone = await _database.WriteAsync(c => c.Purge(purgeInstanceFilter, MaxPurgeBatch));
            count += gone;
            if (gone < MaxPurgeBatch)
                return new PurgeResult(count, true);
            if (purgeInstanceFilter.Timeout is { } limit && _settings.Clock.GetElapsedTime(started) > limit)
                return new PurgeResult(count, false);
        }
    }

    public Task PurgeOrchestrationHistoryAsync(DateTime thresholdDateTimeUtc, OrchestrationStateTimeRangeFilterType timeRangeFilterType) =>
        timeRangeFilterType is OrchestrationStateTimeRangeFilterType.OrchestrationCreatedTimeFilter
            ? PurgeInstanceStateAsync(new PurgeInstanceFilter(default, thresholdDateTimeUtc, null))
            : throw new NotSupportedException("Instances are purged by the time of their creation.");
}
