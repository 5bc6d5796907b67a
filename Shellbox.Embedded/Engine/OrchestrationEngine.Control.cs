using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Embedded.Engine;

/// <content>Orders and questions from outside.</content>
internal sealed partial class OrchestrationEngine
{
    private const int PurgeBatch = 200;

    /// <summary>Starts an instance; an ended one of the same id is replaced.</summary>
    /// <returns>Accepted once the start is on disk; otherwise the state of the instance that is in the way.</returns>
    public async Task<ControlResult> StartInstanceAsync(
        StartRequest request, IReadOnlyCollection<OrchestrationRuntimeStatus>? blocking, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var row = new InstanceRow
        {
            Key = NewKey(),
            Id = request.Id,
            Name = request.Name,
            Version = request.Version ?? options.DefaultVersion,
            Status = OrchestrationRuntimeStatus.Pending,
            Input = request.Input,
            Created = now,
            Updated = now,
            StartAt = request.StartAt > now ? request.StartAt : null,
            ParentTask = -1,
            Tags = request.Tags,
        };
        return await store.WriteAsync(
            w =>
            {
                if (w.Find(row.Id) is { } existing)
                {
                    if (!existing.Status.IsOver() || blocking?.Contains(existing.Status) == true)
                        return new ControlResult(ControlOutcome.WrongState, existing.Status);
                    w.DeleteExecution(existing.Key);
                    w.DeleteMessages(row.Id);
                }

                w.Insert(row);
                if (row.StartAt is { } at)
                    w.InsertTimer(row.Key, -1, row.Id, at);
                return new ControlResult(ControlOutcome.Accepted, row.Status);
            },
            result =>
            {
                if (result.Outcome != ControlOutcome.Accepted)
                    return;
                if (row.StartAt is { } at)
                    timers.Add(row.Id, row.Key, -1, at);
                else
                    Deliver(row.Id, InstanceMessage.Wake);
                waiters.Changed(row.Id);
            }).WaitAsync(cancellation).ConfigureAwait(false);
    }

    public Task<ControlResult> RaiseEventAsync(string id, string name, string? data, CancellationToken cancellation) =>
        PostAsync(id, new InstanceMessage(HistoryEventType.EventRaised, Name: name, Data: data), null, cancellation);

    public Task<ControlResult> TerminateAsync(string id, string? output, bool recursive, CancellationToken cancellation) =>
        PostAsync(
            id, new InstanceMessage(HistoryEventType.ExecutionTerminated, Data: output, Extra: recursive ? "recursive" : null), null, cancellation);

    public Task<ControlResult> SuspendAsync(string id, string? reason, CancellationToken cancellation) =>
        PostAsync(
            id,
            new InstanceMessage(HistoryEventType.ExecutionSuspended, Data: reason),
            status => status != OrchestrationRuntimeStatus.Suspended,
            cancellation);

    public Task<ControlResult> ResumeAsync(string id, string? reason, CancellationToken cancellation) =>
        PostAsync(
            id,
            new InstanceMessage(HistoryEventType.ExecutionResumed, Data: reason),
            status => status == OrchestrationRuntimeStatus.Suspended,
            cancellation);

    public InstanceRow? Find(string id) => store.Read(r => r.Instance(id));

    /// <summary>The instance and its history, as of one moment.</summary>
    public (InstanceRow Row, List<HistoryEvent> History)? FindWithHistory(string id) =>
        store.Read(r => r.Instance(id) is { } row ? (row, r.History(row.Key)) : ((InstanceRow, List<HistoryEvent>)?)null);

    public List<InstanceRow> List(InstanceFilter filter, string? after, int limit, bool withData) =>
        store.Read(r => r.List(filter, after, limit, withData));

    /// <summary>Waits until the instance is as asked.</summary>
    public Task<InstanceRow> WaitAsync(string id, Func<InstanceRow, bool> reached, CancellationToken cancellation) =>
        waiters.WaitAsync(id, () => Find(id) is { } row && reached(row) ? row : null, cancellation);

    /// <summary>Deletes an ended instance, and its ended children if asked.</summary>
    /// <returns>How many instances are gone.</returns>
    public Task<(ControlResult Result, int Count)> PurgeAsync(string id, bool recursive, CancellationToken cancellation) =>
        store.WriteAsync(w => Purge(w, id, recursive)).WaitAsync(cancellation);

    /// <summary>Deletes the ended instances that meet the filter.</summary>
    public async Task<int> PurgeAllAsync(InstanceFilter filter, bool recursive, CancellationToken cancellation)
    {
        if (filter.Statuses.Count > 0 && !filter.Statuses.Any(s => s.IsOver()))
            return 0;
        var total = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();

            // In parts, so that turns get their commits in between.
            var gone = await store.WriteAsync(w => w.Purge(filter, PurgeBatch, recursive)).ConfigureAwait(false);
            total += gone;
            if (gone == 0)
                return total;
        }
    }

    private static (ControlResult Result, int Count) Purge(StoreWriter writer, string id, bool recursive)
    {
        if (writer.Find(id) is not { } found)
            return (new ControlResult(ControlOutcome.NotFound, default), 0);
        if (!found.Status.IsOver())
            return (new ControlResult(ControlOutcome.WrongState, found.Status), 0);
        return (new ControlResult(ControlOutcome.Accepted, found.Status), writer.Purge(found.Key, id, recursive));
    }

    private async Task<ControlResult> PostAsync(
        string id, InstanceMessage message, Func<OrchestrationRuntimeStatus, bool>? allowed, CancellationToken cancellation)
    {
        InstanceMessage? posted = null;
        return await store.WriteAsync(
            w =>
            {
                posted = null;
                if (w.Find(id) is not { } found)
                    return new ControlResult(ControlOutcome.NotFound, default);
                if (found.Status.IsOver())
                    return new ControlResult(ControlOutcome.Over, found.Status);
                if (allowed?.Invoke(found.Status) == false)
                    return new ControlResult(ControlOutcome.WrongState, found.Status);
                posted = w.Post(id, message);
                return new ControlResult(ControlOutcome.Accepted, found.Status);
            },
            _ =>
            {
                if (posted is not null)
                    Deliver(id, posted);
            }).WaitAsync(cancellation).ConfigureAwait(false);
    }
}
