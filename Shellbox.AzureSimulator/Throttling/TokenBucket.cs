namespace Shellbox.AzureSimulator.Throttling;

/// <summary>A bucket that refills evenly, in simulated time.</summary>
internal sealed class TokenBucket
{
    private readonly double _capacity;
    private readonly double _perSecond;
    private double _tokens;
    private double _at;

    /// <param name="capacity">The burst it allows.</param>
    /// <param name="perSecond">What comes back in a simulated second.</param>
    /// <param name="now">The simulated instant, in seconds from any origin.</param>
    public TokenBucket(double capacity, double perSecond, double now)
    {
        _capacity = capacity;
        _perSecond = perSecond;
        _tokens = capacity;
        _at = now;
    }

    public int Left => (int)_tokens;

    /// <summary>Takes a token; the simulated wait for the next one when there is none.</summary>
    public TimeSpan? TryTake(double now)
    {
        _tokens = Math.Min(_capacity, _tokens + ((now - _at) * _perSecond));
        _at = now;
        if (_tokens < 1)
            return TimeSpan.FromSeconds((1 - _tokens) / _perSecond);
        _tokens--;
        return null;
    }
}
