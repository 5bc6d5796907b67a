using System.Globalization;
using System.Text.Json;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>What the tests look for in the answers of shellbox-instance.</summary>
internal static class InstanceAnswer
{
    public static void AssertOk(JsonElement answer) => Assert.True(answer.GetProperty("ok").GetBoolean(), answer.ToString());

    public static void AssertTier(string tier, JsonElement answer) => AssertTierIn([tier], answer);

    public static void AssertTierIn(string[] tiers, JsonElement answer)
    {
        AssertOk(answer);
        Assert.True(tiers.Contains(answer.GetProperty("tier").GetString()), answer.ToString());
        Assert.Equal(answer.GetProperty("tier").GetString() != "hot", answer.GetProperty("started").GetBoolean());
    }

    public static IEnumerable<string?> StepNames(JsonElement answer) =>
        answer.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString());

    public static string? DetailOf(string step, JsonElement answer) =>
        Assert
            .Single(answer.GetProperty("steps").EnumerateArray(), s => s.GetProperty("name").GetString() == step)
            .GetProperty("detail")
            .GetString();

    public static async Task AssertClockAsync(TestInstance instance, SshKey key, JsonElement answer)
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var clock = long.Parse((await instance.SshAsync(key, answer, "date +%s")).Succeeded(), CultureInfo.InvariantCulture);
        Assert.InRange(clock, before - 10, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 10);
    }
}
