namespace Shellbox.Embedded.Engine;

/// <summary>The durable timers that are open, by time; one clock timer stands for the earliest.</summary>
internal sealed class TimerQueue(TimeProvider time, Action<string, long, int> fire) : IDisposable
{
    /// <summary>A clock timer cannot be set for longer; a later one is set again.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    private readonly object gate = new();
    private readonly PriorityQueue<Entry, long> queue = new();
    private readonly Dictionary<(long Key, int Task), Entry> open = [];
    private ITimer? clock;
    private long setFor = long.MaxValue;
    private bool stopped;

    public void Add(string id, long key, int task, DateTime fireAt)
    {
        var entry = new Entry(id, key, task);
        lock (gate)
        {
            if (stopped || !open.TryAdd((key, task), entry))
                return;
            queue.Enqueue(entry, fireAt.Ticks);
            if (fireAt.Ticks < setFor)
                Set();
        }
    }

    public void Cancel(long key, int task)
    {
        lock (gate)
        {
            if (open.Remove((key, task), out var entry))
                entry.IsCancelled = true;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            clock?.Dispose();
        }
    }

    private void Set()
    {
        while (queue.TryPeek(out var first, out _) && first.IsCancelled)
            queue.Dequeue();
        if (stopped || !queue.TryPeek(out _, out var at))
        {
            setFor = long.MaxValue;
            return;
        }

        setFor = at;
        var wait = TimeSpan.FromTicks(Math.Max(0, at - time.GetUtcNow().UtcTicks));
        // Clock timers count whole milliseconds; one too early would find nothing due.
        wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        wait = wait < LongestWait ? wait : LongestWait;
        clock ??= time.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        clock.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Due()
    {
        var due = new List<Entry>();
        lock (gate)
        {
            var now = time.GetUtcNow().UtcTicks;
            while (!stopped && queue.TryPeek(out var entry, out var at) && (at <= now || entry.IsCancelled))
            {
                queue.Dequeue();
                if (entry.IsCancelled)
                    continue;
                open.Remove((entry.Key, entry.Task));
                due.Add(entry);
            }

            Set();
        }

        foreach (var entry in due)
            fire(entry.Id, entry.Key, entry.Task);
    }

    private sealed class Entry(string id, long key, int task)
    {
        public string Id { get; } = id;

        public long Key { get; } = key;

        public int Task { get; } = task;

        public bool IsCancelled { get; set; }
    }
}
