namespace Shellbox.Embedded.Engine;

/// <summary>Those who wait for an instance to begin or to end.</summary>
internal sealed class InstanceWaiters
{
    private readonly object gate = new();
    private readonly Dictionary<string, List<TaskCompletionSource>> waiting = new(StringComparer.Ordinal);

    /// <summary>Waits until <paramref name="look"/> finds something. It looks at once, and again after each change of the instance.</summary>
    public async Task<T> WaitAsync<T>(string id, Func<T?> look, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            // Registered before the look, so that a change between the two is not missed.
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gate)
            {
                if (!waiting.TryGetValue(id, out var list))
                    waiting[id] = list = [];
                list.Add(changed);
            }

            try
            {
                if (look() is { } found)
                    return found;
                await changed.Task.WaitAsync(cancellation).ConfigureAwait(false);
            }
            finally
            {
                Forget(id, changed);
            }
        }
    }

    public void Changed(string id)
    {
        List<TaskCompletionSource>? list;
        lock (gate)
        {
            if (!waiting.Remove(id, out list))
                return;
        }

        foreach (var waiter in list)
            waiter.TrySetResult();
    }

    private void Forget(string id, TaskCompletionSource waiter)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(id, out var list) && list.Remove(waiter) && list.Count == 0)
                waiting.Remove(id);
        }
    }
}
