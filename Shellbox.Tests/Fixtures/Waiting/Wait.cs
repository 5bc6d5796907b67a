using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>
/// Waits for what nothing announces, for as long as it takes: on a busy machine that may be late, and is not wrong for that. Whoever waits
/// in vain is told what for, and what was seen last.
/// </summary>
internal static class Wait
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>The first looks come soon after one another, for what is quick; the later ones leave the machine to what is not.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    private static readonly JsonSerializerOptions Readable = new()
    {
        IncludeFields = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Looks until it is good; gives what was seen then.</summary>
    /// <param name="look">Looks once.</param>
    /// <param name="good">Whether that is what is waited for.</param>
    /// <param name="what">What is waited for, for who waited in vain.</param>
    /// <param name="pause">From one look to the next; null: short at first, then longer.</param>
    [OverloadResolutionPriority(1)]
    public static async Task<T> UntilAsync<T>(Func<Task<T>> look, Func<T, bool> good, string what, TimeSpan? pause = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        var next = pause ?? FirstPause;
        while (true)
        {
            var seen = await look();
            if (good(seen))
                return seen;
            if (TimeProvider.System.GetElapsedTime(began) > Limit)
                Assert.Fail($"Not within {Limit.TotalMinutes} minutes: {what}. Last seen: {Text(seen)}");
            await Task.Delay(next, TestContext.Current.CancellationToken);
            if (pause is null && next < LongestPause)
                next *= 2;
        }
    }

    /// <inheritdoc cref="UntilAsync{T}(Func{Task{T}}, Func{T, bool}, string, TimeSpan?)" />
    public static Task<T> UntilAsync<T>(Func<T> look, Func<T, bool> good, string what, TimeSpan? pause = null) =>
        UntilAsync(() => Task.FromResult(look()), good, what, pause);

    /// <summary>Waits until the condition holds.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what) => UntilAsync(condition, holds => holds, what);

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string)" />
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? pause = null) =>
        UntilAsync(condition, holds => holds, what, pause);

    private static string Text<T>(T seen)
    {
        try
        {
            return JsonSerializer.Serialize(seen, Readable);
        }
        catch (Exception e) when (e is NotSupportedException or JsonException)
        {
            return $"{seen}";
        }
    }
}
