using System.Threading.Channels;

namespace Shellbox.LocalHost.Durable;

/// <summary>
/// Hands out keys of things that have work, each to one taker at a time. Only keys that have work or are taken are in memory. A key that
/// was given back because its work failed is held back for a delay that grows, until it succeeds.
/// </summary>
internal sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private static readonly TimeSpan MinDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(10);

    private readonly Dictionary<TKey, Entry> _entries = [];
    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly TimeProvider _clock;
    private readonly DelayQueue<TKey> _delayed;

    /// <param name="clock">The clock of the delays.</param>
    public WorkQueue(TimeProvider clock)
    {
        _clock = clock;
        _delayed = new DelayQueue<TKey>(clock, key => _ready.Writer.TryWrite(key));
    }

    /// <summary>How many keys are in memory.</summary>
    public int Count
    {
        get
        {
            lock (_entries)
                return _entries.Count;
        }
    }

    /// <summary>There is work for a key.</summary>
    public void Signal(TKey key)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries.Add(key, new Entry());
                _ready.Writer.TryWrite(key);
            }
            else
            {
                entry.Signalled = true;
            }
        }
    }

    /// <summary>Takes the next key; to be given back by <see cref="Release"/>.</summary>
    /// <exception cref="OperationCanceledException">There was none until then.</exception>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        if (!_ready.Reader.TryRead(out var key))
            key = await _ready.Reader.ReadAsync(cancellationToken);
        lock (_entries)
            _entries[key].Signalled = false;
        return key;
    }

    /// <summary>Gives a key back.</summary>
    /// <param name="key">The key.</param>
    /// <param name="again">Whether there is more work, even without a signal.</param>
    /// <param name="failed">Whether it is to be held back for a while.</param>
    public void Release(TKey key, bool again = false, bool failed = false)
    {
        DateTime due;
        lock (_entries)
        {
            var entry = _entries[key];
            if (!failed)
            {
                entry.Failures = 0;
                if (entry.Signalled || again)
                    _ready.Writer.TryWrite(key);
                else
                    _entries.Remove(key);
                return;
            }

            var delay = MinDelay * Math.Pow(2, Math.Min(entry.Failures++, 20));
            due = _clock.GetUtcNow().UtcDateTime + (delay < MaxDelay ? delay : MaxDelay);
        }

        _delayed.Add(key, due);
    }

    public void Dispose() => _delayed.Dispose();

    private sealed class Entry
    {
        /// <summary>Whether there is more work than when it was taken.</summary>
        public bool Signalled { get; set; }

        public int Failures { get; set; }
    }
}
