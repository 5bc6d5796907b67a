using System.Text.Json.Nodes;
using Shellbox.Activities;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>What a connect under way says of itself.</summary>
public sealed class ProgressTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task The_estimate_is_what_connects_of_the_tier_have_taken_lately()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, timeScale: 10, script: TestCloud.BareInstance);

        var first = await UntilAttachedAsync(cloud);
        Assert.Null((double?)first["etaSeconds"]);
        await cloud.ConnectAsync();
        await cloud.DisconnectAsync();
        for (var n = 0; n < 3; n++) cloud.Get<RecentConnects>().Add("cold", 600);

        // Not what this one will take: what the median says.
        var second = await UntilAttachedAsync(cloud);
        Assert.InRange((double)second["etaSeconds"]!, 300, 600);
        Assert.NotNull((string?)second["startedAt"]);
        Assert.Contains(second["steps"]!.AsArray(), s => (string)s!["name"]! == "update-and-attach" && (string)s["outcome"]! == "done");
    }

    private static async Task<JsonNode> UntilAttachedAsync(TestCloud cloud)
    {
        var status = (await cloud.PostConnectAsync()).Headers.Location!.ToString();
        var seen = await TestCloud.UntilAsync(
            () => cloud.GetStatusAsync(status), s => (string?)s["customStatus"]?["step"] is "start-qemu" or "read-banner", "the attach has begun");
        return seen["customStatus"]!;
    }
}
