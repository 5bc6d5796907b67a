using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Operations;

/// <summary>
/// Two hosts on one storage account and hub are one app, as in Azure: each does a part of the work, and nothing shows that.
/// </summary>
public sealed class TwoHostsTests(AzuriteFixture azurite)
{
    [Fact, Trait(DurableProvider.Trait, DurableProvider.AzureStorage)]
    public async Task Boxes_are_connected_held_and_released_by_two_hosts_as_by_one()
    {
        string[] boxes = ["one", "two", "three"];
        await using var cloud = await TestCloud
            .With(azurite)
            .Instances(3)
            .BareInstances()
            .Boxes(boxes)
            .Setting(DurableStorageNames.Setting, DurableStorageNames.InHostJson(DurableStorage.AzureStorage))
            .StartAsync();
        await using var second = await cloud.StartSecondHostAsync();

        await Task.WhenAll(
            boxes.Select(async box =>
            {
                await cloud.ConnectAsync(box, expectedTier: "cold");
                Assert.Equal("held", (string)(await cloud.DisconnectAsync(box, hold: 600))["state"]!);
                await cloud.ConnectAsync(box, expectedTier: "hot");
                await cloud.DisconnectAsync(box);
                Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync(box))["state"]!);
            })
        );
    }
}
