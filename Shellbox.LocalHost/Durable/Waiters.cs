using DurableTask.Core;

namespace Shellbox.LocalHost.Durable;

/// <summary>Those who wait for the end of an instance.</summary>
internal sealed class Waiters
{
    private readonly Dictionary<string, List<TaskCompletionSource<OrchestrationState>>> _waiting = new(StringComparer.Ordinal);

    public TaskCompletionSource<OrchestrationState> Add(string id)
    {
        var waiter = new TaskCompletionSource<OrchestrationState>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (!_waiting.TryGetValue(id, out var list))
                _waiting[id] = list = [];
            list.Add(waiter);
        }

        return waiter;
    }

    public void Remove(string id, TaskCompletionSource<OrchestrationState> waiter)
    {
        lock (_waiting)
        {
            if (_waiting.TryGetValue(id, out var list) && list.Remove(waiter) && list.Count == 0)
                _waiting.Remove(id);
        }
    }

    public void Ended(OrchestrationState state)
    {
        List<TaskCompletionSource<OrchestrationState>>? list;
        lock (_waiting)
            _waiting.Remove(state.OrchestrationInstance.InstanceId, out list);
        list?.ForEach(w => w.TrySetResult(state));
    }

    /// <summary>Nothing will end any more.</summary>
    public void Cancel()
    {
        lock (_waiting)
        {
            foreach (var waiter in _waiting.Values.SelectMany(w => w))
                waiter.TrySetCanceled();
            _waiting.Clear();
        }
    }
}
