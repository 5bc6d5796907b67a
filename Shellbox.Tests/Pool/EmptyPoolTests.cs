using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Pool;

/// <summary>A connect for which no instance is free.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class EmptyPoolTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    [Fact]
    public async Task A_connect_that_finds_no_instance_has_one_created_and_is_connected_on_it()
    {
        await using var cloud = await TestCloud
            .With(azurite)
            .Guest(guest)
            .Instances(0)
            .GrowingPool()
            .FreeInstances(0, 1, total: 1)
            .StartAsync();

        var result = await cloud.ConnectAsync(expectedTier: "empty-pool");

        Assert.Equal("dev33\n", await cloud.SshAsync(result["endpoint"]!, "hostname"));
        Assert.Single(cloud.Azure.Requests, r => r.Operation == "VirtualMachines_CreateOrUpdate");
    }

    [Fact]
    public async Task A_connect_that_finds_no_instance_says_why_none_is_created()
    {
        await using var cloud = await TestCloud.With(azurite).Instances(0).StartAsync();

        var accepted = await cloud.PostConnectAsync();

        await Wait.UntilAsync(
            () => cloud.GetStatusAsync(accepted.Headers.Location!.ToString()),
            s =>
                (string?)s["customStatus"]?["detail"]
                == "no instance is free; trying again until one is. Growth is off: no instance template is configured.",
            "the status says that growth is off"
        );
    }
}
