using System.Text.Json.Nodes;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>What a connect under way says of itself.</summary>
public sealed class ProgressTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task The_estimate_is_what_connects_of_the_tier_have_taken_lately()
    {
        // Simulated time runs ten times as fast: a cold connect takes a second or two, enough to look at.
        await using var cloud = await TestCloud.StartAsync(azurite, timeScale: 10, script: TestCloud.BareInstance);

        var first = await UntilAttachingAsync(cloud);
        Assert.Null((double?)first["etaSeconds"]);
        var took = (double)(await cloud.ConnectAsync())["seconds"]!;
        await cloud.DisconnectAsync();

        var second = await UntilAttachingAsync(cloud);
        Assert.InRange((double)second["etaSeconds"]!, took / 10, took);
        Assert.Equal("start-qemu", (string)second["step"]!);
        Assert.NotNull((string?)second["startedAt"]);
        Assert.Contains(second["steps"]!.AsArray(), s => (string)s!["name"]! == "update-and-attach" && (string)s["outcome"]! == "done");
    }

    private static async Task<JsonNode> UntilAttachingAsync(TestCloud cloud)
    {
        var status = (await cloud.PostConnectAsync()).Headers.Location!.ToString();
        var seen = await TestCloud.UntilAsync(
            () => cloud.GetStatusAsync(status), s => (string?)s["customStatus"]?["step"] == "start-qemu" || (string?)s["runtimeStatus"] == "Completed", "the disk is waited for");
        return seen["customStatus"]!;
    }
}
