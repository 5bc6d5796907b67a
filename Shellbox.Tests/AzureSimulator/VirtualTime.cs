using Microsoft.Extensions.Time.Testing;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>
/// Simulated time that stands still but for what a test lets pass: what a request itself takes, and what the test says. So a test
/// can look at one second of an operation of a minute, on however slow a machine.
/// </summary>
internal sealed class VirtualTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Lets time pass until a request is answered.</summary>
    public async Task<T> During<T>(Task<T> request)
    {
        while (await Task.WhenAny(request, Task.Delay(TimeSpan.FromMilliseconds(2), TestAzure.Cancel)) != request)
            Clock.Advance(Step);
        return await request;
    }

    public void Pass(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits, without letting time pass, for what has become due to be done.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(2), TestAzure.Cancel);
    }
}
