namespace Shellbox.Activities.Azure;

/// <summary>Spaces calls out: a few at once, and then so many a second.</summary>
/// <param name="perSecond">How many a second; that many may also come at once.</param>
/// <param name="time">The clock.</param>
internal sealed class Pace(double perSecond, TimeProvider time)
{
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1 / perSecond);
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Waits for its turn.</summary>
    public Task TakeAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_start);
            if (_next < now)
                _next = now;
            _next += _interval;
            wait = _next - Burst - now;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
