namespace Shellbox.LocalHost.Durable;

/// <summary>Holds things back until they are due, with one timer for all of them.</summary>
internal sealed class DelayQueue<T> : IDisposable
{
    /// <summary>Timers take 49.7 days at most, and clocks are set: it looks again at least once a day.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly PriorityQueue<T, DateTime> _waiting = new();
    private readonly TimeProvider _time;
    private readonly Action<T> _due;
    private readonly ITimer _timer;
    private DateTime _next = DateTime.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="due">Gets each thing, once it is due.</param>
    public DelayQueue(TimeProvider time, Action<T> due)
    {
        (_time, _due) = (time, due);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(T item, DateTime due)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(item, due);
            if (due >= _next)
                return;
        }

        Fire();
    }

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        var due = new List<T>();
        lock (_waiting)
        {
            var now = _time.GetUtcNow().UtcDateTime;
            while (_waiting.TryPeek(out _, out var at) && at <= now)
                due.Add(_waiting.Dequeue());
            _next = _waiting.TryPeek(out _, out var next) ? next : DateTime.MaxValue;
            if (_next != DateTime.MaxValue)
            {
                // Rounded up to what timers count in, or it would come a little too early and be set again.
                var wait = TimeSpan.FromMilliseconds(Math.Ceiling((_next - now).TotalMilliseconds));
                _timer.Change(wait < MaxWait ? wait : MaxWait, Timeout.InfiniteTimeSpan);
            }
        }

        due.ForEach(_due);
    }
}
