using System.Text.Json.Nodes;
using Shellbox.Activities.Connect;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>What a connect under way says of itself.</summary>
public sealed class ProgressTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task The_estimate_is_what_connects_of_the_tier_have_taken_lately()
    {
        await using var cloud = await TestCloud.With(azurite).BareInstances().TimeScale(10).StartAsync();

        var first = await UntilAttachedAsync(cloud);
        Assert.Null((double?)first["etaSeconds"]);
        await cloud.ConnectAsync();
        await cloud.DisconnectAsync();
        for (var n = 0; n < 3; n++)
            cloud.Get<RecentConnects>().Add("cold", 600);

        // Not what this one will take: what the median says.
        var second = await UntilAttachedAsync(cloud);
        Assert.InRange((double)second["etaSeconds"]!, 300, 600);
        Assert.NotNull((string?)second["startedAt"]);
        Assert.Contains(second["steps"]!.AsArray(), s => (string)s!["name"]! == "update-and-attach" && (string)s["outcome"]! == "done");
    }

    [Fact]
    public async Task A_worker_that_has_just_started_estimates_by_the_connects_of_those_before_it()
    {
        await using var cloud = await TestCloud.With(azurite).BareInstances().TimeScale(1000).StartAsync();
        await cloud.ConnectAsync(expectedTier: "cold");
        await cloud.DisconnectAsync();
        var before = cloud.Get<RecentConnects>().Medians();

        await cloud.RestartAsync();

        var after = await Wait.UntilAsync(() => cloud.Get<RecentConnects>().Medians(), m => m.Count > 0, "the worker knows of the connect");
        Assert.Equal(before, after);
    }

    [Fact]
    public void What_a_worker_has_seen_itself_counts_for_more_than_what_was_before_it()
    {
        var recent = new RecentConnects();
        for (var n = 0; n < 20; n++)
            recent.Add("cold", 10);

        recent.Seed(Enumerable.Repeat(("cold", 60.0), 100).Append(("hot", 0.2)));

        Assert.Equal(new Dictionary<string, double> { ["cold"] = 10, ["hot"] = 0.2 }, recent.Medians());
    }

    private static async Task<JsonNode> UntilAttachedAsync(TestCloud cloud)
    {
        var status = (await cloud.PostConnectAsync()).Headers.Location!.ToString();
        var seen = await Wait.UntilAsync(
            () => cloud.GetStatusAsync(status),
            s => (string?)s["customStatus"]?["step"] is "start-qemu" or "read-banner",
            "the attach has begun"
        );
        return seen["customStatus"]!;
    }
}
