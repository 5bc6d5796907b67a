namespace Shellbox.AzureSimulator.Time;

/// <summary>Simulated durations on a real clock: a duration drawn for Azure is divided by the time scale before it is waited for.</summary>
internal sealed class SimulatedClock
{
    public SimulatedClock(TimeProvider timeProvider, double scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        TimeProvider = timeProvider;
        Scale = scale;
    }

    public TimeProvider TimeProvider { get; }

    /// <summary>How many simulated seconds pass in one real second.</summary>
    public double Scale { get; }

    public DateTimeOffset Now => TimeProvider.GetUtcNow();

    public TimeSpan ToReal(TimeSpan simulated) => simulated / Scale;

    public Task DelayAsync(TimeSpan simulated, CancellationToken cancellationToken)
    {
        var real = ToReal(simulated);
        return real <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(real, TimeProvider, cancellationToken);
    }

    /// <summary>
    /// Waits until a simulated duration after <paramref name="start"/>, so that the work between two waits does not add up.
    /// </summary>
    public Task DelayUntilAsync(DateTimeOffset start, TimeSpan simulated, CancellationToken cancellationToken)
    {
        var left = start + ToReal(simulated) - Now;
        return left <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(left, TimeProvider, cancellationToken);
    }
}
