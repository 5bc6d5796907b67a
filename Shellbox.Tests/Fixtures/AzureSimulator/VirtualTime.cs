using Microsoft.Extensions.Time.Testing;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// Simulated time that stands still but for what a test lets pass: what a request itself takes, and what the test says. So a test
/// can look at one second of an operation of a minute, on however slow a machine.
/// </summary>
internal sealed class VirtualTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    /// <summary>How long what has become due has, in real time, before time passes again.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Lets time pass until a request is answered.</summary>
    public async Task<T> During<T>(Task<T> request)
    {
        // Not at the first look: a request that takes no time is to be answered in none.
        var looks = 0;
        await Wait.UntilAsync(
            () =>
            {
                if (!request.IsCompleted && looks++ > 0)
                    Clock.Advance(Step);
                return request.IsCompleted;
            },
            "the request is answered",
            Pause
        );
        return await request;
    }

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits, without letting time pass, for what has become due to be done.</summary>
    public static Task UntilAsync(Func<bool> condition, string what) => Wait.UntilAsync(condition, what, Pause);

    /// <summary>Lets so many seconds pass after each look, until what is seen is good.</summary>
    public Task<T> UntilAsync<T>(double step, Func<Task<T>> look, Func<T, bool> good, string what) =>
        Wait.UntilAsync(
            async () =>
            {
                var seen = await look();
                if (!good(seen))
                    Pass(step);
                return seen;
            },
            good,
            what,
            Pause
        );
}
