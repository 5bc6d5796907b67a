namespace Shellbox.Activities.Connect;

/// <summary>
/// How long the last connects of each tier took, for the estimate that a status shows. Kept by each worker for itself, from what the audit
/// log says when it starts (<see cref="RecentConnectsSeed"/>): a tier of which it knows nothing it says nothing of.
/// </summary>
public sealed class RecentConnects
{
    /// <summary>Enough that one slow connect does not count, and few enough that an hour-old condition does not either.</summary>
    private const int Most = 32;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<double>> _seconds = new(StringComparer.Ordinal);

    public void Add(string tier, double seconds)
    {
        lock (_gate)
        {
            if (!_seconds.TryGetValue(tier, out var queue))
                _seconds[tier] = queue = new Queue<double>(Most);
            if (queue.Count == Most)
                queue.Dequeue();
            queue.Enqueue(seconds);
        }
    }

    /// <summary>Adds those of before this worker, the oldest first: they are older than any that it has seen itself.</summary>
    public void Seed(IEnumerable<(string Tier, double Seconds)> earlier)
    {
        lock (_gate)
        {
            foreach (var tier in earlier.GroupBy(e => e.Tier, e => e.Seconds))
                _seconds[tier.Key] = new Queue<double>(tier.Concat(_seconds.GetValueOrDefault(tier.Key) ?? []).TakeLast(Most));
        }
    }

    /// <summary>The median of each tier that was seen, in seconds.</summary>
    public IReadOnlyDictionary<string, double> Medians()
    {
        lock (_gate)
            return _seconds.ToDictionary(t => t.Key, t => t.Value.Order().ElementAt(t.Value.Count / 2));
    }
}
