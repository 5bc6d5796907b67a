using Xunit;

namespace Shellbox.Tests.Hosting;

/// <summary>Bounds a wait for what should come at once: far longer than the slowest machine needs, so that a test fails instead of hanging.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>A token for one wait; also cancelled with the test.</summary>
    public static CancellationTokenSource Begin()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Limit);
        return patience;
    }

    public static async Task<T> WithPatienceAsync<T>(this Task<T> task)
    {
        using var patience = Begin();
        return await task.WaitAsync(patience.Token);
    }

    public static async Task WithPatienceAsync(this Task task)
    {
        using var patience = Begin();
        await task.WaitAsync(patience.Token);
    }
}
