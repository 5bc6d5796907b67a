using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Shellbox.Tests.Hosting;

/// <summary>Fake time that tells which waits begin on it, so that a test advances it only when somebody waits.</summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>Takes the beginnings of waits in their order until one is as asked, and says how long it is.</summary>
    public async Task<TimeSpan> WaitBegunAsync(Func<TimeSpan, bool> asked)
    {
        using var patience = Patience.Begin();
        while (true)
        {
            var wait = await waits.Reader.ReadAsync(patience.Token);
            if (asked(wait))
                return wait;
        }
    }

    public Task<TimeSpan> WaitBegunAsync(TimeSpan length) => WaitBegunAsync(wait => wait == length);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        waits.Writer.TryWrite(dueTime);
        return timer;
    }
}
