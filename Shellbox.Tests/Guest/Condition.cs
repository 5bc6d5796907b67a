using Xunit;

namespace Shellbox.Tests.Guest;

/// <summary>Waits for what another process brings about and nothing announces.</summary>
internal static class Condition
{
    /// <summary>Returns as soon as the condition holds; fails after half a minute.</summary>
    public static async Task HoldsAsync(Func<bool> condition, string what, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (!condition())
                await timer.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Assert.Fail($"not within 30 s: {what}");
        }
    }
}
