using System.Text.Json;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <summary>The client of an engine in the same process.</summary>
internal class EngineClient(OrchestrationEngine engine) : DurableTaskClient(engine.Options.HubName)
{
    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name);
        var id = options?.InstanceId is { Length: > 0 } given ? given : Guid.NewGuid().ToString("N");
        var tags = options?.Tags is { Count: > 0 } labels ? JsonSerializer.Serialize(labels) : null;
        var result = await engine.StartInstanceAsync(
            new StartRequest(
                orchestratorName.Name,
                id,
                Json.Serialize(input),
                options?.StartAt?.UtcDateTime,
                options?.Version?.Version,
                tags),
            null,
            cancellation).ConfigureAwait(false);
        return result.Outcome == ControlOutcome.Accepted
            ? id
            : throw new InvalidOperationException($"An orchestration instance '{id}' already exists; its status is {result.Status}.");
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        var result = await engine.RaiseEventAsync(instanceId, eventName, Json.Serialize(eventPayload), cancellation).ConfigureAwait(false);
        Check(result, "raise an event for", instanceId);
    }

    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var result = await engine.TerminateAsync(
            instanceId, Json.Serialize(options?.Output), options?.Recursive == true, cancellation).ConfigureAwait(false);
        Check(result, "terminate", instanceId);
    }

    public override async Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        Check(await engine.SuspendAsync(instanceId, reason, cancellation).ConfigureAwait(false), "suspend", instanceId);
    }

    public override async Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        Check(await engine.ResumeAsync(instanceId, reason, cancellation).ConfigureAwait(false), "resume", instanceId);
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(engine.Find(instanceId) is { } row ? Describe(row, getInputsAndOutputs) : null);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var row = await engine.WaitAsync(instanceId, r => r.Status != OrchestrationRuntimeStatus.Pending, cancellation).ConfigureAwait(false);
        return Describe(row, getInputsAndOutputs);
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var row = await engine.WaitAsync(instanceId, r => r.IsOver, cancellation).ConfigureAwait(false);
        return Describe(row, getInputsAndOutputs);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new InstancePages(engine, filter ?? new OrchestrationQuery());

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var (result, count) = await engine.PurgeAsync(instanceId, options?.Recursive == true, cancellation).ConfigureAwait(false);
        return result.Outcome == ControlOutcome.WrongState
            ? throw new InvalidOperationException($"Cannot purge the orchestration instance {instanceId} because it is in the {result.Status} state.")
            : new PurgeResult(count, true);
    }

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var count = await engine.PurgeAllAsync(
            new InstanceFilter(filter.CreatedFrom, filter.CreatedTo) { Statuses = [.. filter.Statuses ?? []] },
            options?.Recursive == true,
            cancellation).ConfigureAwait(false);
        return new PurgeResult(count, true);
    }

    public override ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal static OrchestrationMetadata Describe(InstanceRow row, bool withData) => new(row.Name, row.Id)
    {
        RuntimeStatus = row.Status,
        CreatedAt = new DateTimeOffset(row.Created),
        LastUpdatedAt = new DateTimeOffset(row.Updated),
        SerializedInput = withData ? row.Input : null,
        SerializedOutput = withData ? row.Output : null,
        SerializedCustomStatus = withData ? row.CustomStatus ?? "null" : null,
        Tags = row.Tags is { } tags ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)! : new Dictionary<string, string>(),
    };

    private static void Check(ControlResult result, string order, string id)
    {
        switch (result.Outcome)
        {
            case ControlOutcome.NotFound:
                throw new InvalidOperationException(
                    $"Cannot {order} the orchestration instance {id} because there is no instance of that id.");
            case ControlOutcome.Over or ControlOutcome.WrongState:
                throw new InvalidOperationException(
                    $"Cannot {order} the orchestration instance {id} because instance is in the {result.Status} state.");
        }
    }
}
