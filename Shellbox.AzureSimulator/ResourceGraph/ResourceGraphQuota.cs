using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>15 queries in 5 s for each user: a window that begins with its first query (Resource Graph's throttling guidance).</summary>
internal sealed class ResourceGraphQuota(SimulatedClock clock)
{
    public const int Queries = 15;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private DateTimeOffset _ends = DateTimeOffset.MinValue;
    private int _used;

    /// <summary>Takes one query; tells what is left and how long (simulated) until the window ends.</summary>
    public (bool Allowed, int Remaining, TimeSpan ResetsAfter) Take()
    {
        lock (_gate)
        {
            var now = clock.Now;
            if (now >= _ends)
                (_ends, _used) = (now + clock.ToReal(Window), 0);
            var allowed = _used < Queries;
            if (allowed)
                _used++;
            return (allowed, Queries - _used, (_ends - now) * clock.Scale);
        }
    }
}
