namespace Shellbox.Tests.Fixtures;

/// <summary>
/// The real clock, set forward by as much as a test wants: what waits goes on by itself, and what looks at the date sees a later one.
/// </summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

    public void Shift(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
