using System.Runtime.CompilerServices;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Ends a test that waits for what never comes.</summary>
internal static class TestLimit
{
    /// <summary>Most tests take some tens of milliseconds; this is for a machine as slow as it may be.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly ConditionalWeakTable<object, CancellationTokenSource> Limits = [];

    /// <summary>Cancelled when the current test has taken too long, or is to end.</summary>
    public static CancellationToken Token => TestContext.Current.Test is { } test
        ? Limits.GetValue(test, _ =>
        {
            var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(Longest);
            return limit;
        }).Token
        : TestContext.Current.CancellationToken;
}
