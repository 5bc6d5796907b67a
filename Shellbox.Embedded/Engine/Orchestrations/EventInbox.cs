namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>Matches external events and those who wait for them: events in order of arrival, the newest waiter first.</summary>
internal sealed class EventInbox
{
    private readonly Dictionary<string, List<OpenTask>> waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<(long Order, CarriedEvent Event)>> kept = new(StringComparer.OrdinalIgnoreCase);
    private long arrivals;

    public int Waiting { get; private set; }

    /// <summary>The waiter that an event goes to; null: it is kept.</summary>
    public OpenTask? Arrive(string name, string? data)
    {
        if (waiters.TryGetValue(name, out var list))
        {
            var newest = list[^1];
            Remove(name, newest);
            return newest;
        }

        Keep(name, data);
        return null;
    }

    /// <summary>Keeps an event, whoever waits.</summary>
    public void Keep(string name, string? data)
    {
        if (!kept.TryGetValue(name, out var queue))
            kept[name] = queue = new();
        queue.Enqueue((arrivals++, new CarriedEvent(name, data)));
    }

    public bool TryTake(string name, out string? data)
    {
        data = null;
        if (!kept.TryGetValue(name, out var queue))
            return false;
        data = queue.Dequeue().Event.Data;
        if (queue.Count == 0)
            kept.Remove(name);
        return true;
    }

    public void Wait(string name, OpenTask waiter)
    {
        if (!waiters.TryGetValue(name, out var list))
            waiters[name] = list = [];
        list.Add(waiter);
        Waiting++;
    }

    public bool Remove(string name, OpenTask waiter)
    {
        if (!waiters.TryGetValue(name, out var list) || !list.Remove(waiter))
            return false;
        if (list.Count == 0)
            waiters.Remove(name);
        Waiting--;
        return true;
    }

    /// <summary>What was never taken, in order of arrival.</summary>
    public List<CarriedEvent> Untaken() => [.. kept.Values.SelectMany(q => q).OrderBy(e => e.Order).Select(e => e.Event)];
}
