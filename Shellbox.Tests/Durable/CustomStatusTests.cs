using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>The status that an orchestrator gives itself.</summary>
public sealed class CustomStatusTests(AzuriteFixture azurite)
{
    /// <summary>The JSON of a text of that many characters is two quotes longer; the limit is 16 KB of UTF-16.</summary>
    private const int LongestText = (16 * 1024 / 2) - 2;

    [Theory, EachProvider]
    public async Task The_last_one_is_shown_and_stays_when_the_instance_ends(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("SetsStatus");
        var waiting = await Wait.UntilAsync(
            () => app.StatusAsync(id),
            s => s["customStatus"]?.ToJsonString() == """{"Step":2}""",
            "its first turn is over"
        );

        await app.RaiseAsync(id, "Go");

        Assert.Equal("Running", (string)waiting["runtimeStatus"]!);
        Assert.Equal("three", (string)(await app.EndAsync(id))["customStatus"]!);
    }

    [Theory, EachProvider]
    public async Task It_survives_a_failure(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("SetsStatusAndFails");

        Assert.Equal(("Failed", "last words"), ((string)end["runtimeStatus"]!, (string?)end["customStatus"]));
    }

    [Theory, EachProvider]
    public async Task It_can_be_taken_back(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Null((await app.RunToEndAsync("TakesStatusBack"))["customStatus"]);
    }

    [Theory, EachProvider]
    public async Task One_of_16_KB_is_allowed(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        var end = await app.RunToEndAsync("SetsLongStatus", LongestText);

        Assert.Equal(("Completed", LongestText), ((string)end["runtimeStatus"]!, ((string?)end["customStatus"])?.Length));
    }

    [Theory, EachProvider]
    public async Task One_beyond_16_KB_fails_the_instance(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        Assert.Equal("Failed", (string)(await app.RunToEndAsync("SetsLongStatus", LongestText + 1))["runtimeStatus"]!);
    }
}
