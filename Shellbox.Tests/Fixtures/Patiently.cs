using System.Text.Json;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>Waits for what comes when it comes: on a busy machine that may be late, and is not wrong for that.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> good, string what, TimeSpan? limit = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = await look();
            if (good(seen))
                return seen;
            if (TimeProvider.System.GetElapsedTime(began) > (limit ?? Limit))
                Assert.Fail($"{what}; last seen: {JsonSerializer.Serialize(seen)}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
