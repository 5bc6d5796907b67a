using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>The main job over HTTP, with real QEMU guests behind it.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class ConnectTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    [Fact]
    public async Task A_box_is_connected_cold_then_hot_and_what_was_written_survives_a_detach()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).StartAsync();

        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal(
            "dev33\n",
            await cloud.SshAsync(cold["endpoint"]!, "hostname; echo survives > /root/note; echo too > /usr/local/note")
        );
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync())["state"]!);

        var hot = await cloud.ConnectAsync(expectedTier: "hot");
        Assert.Equal((string)cold["endpoint"]!["hostKey"]!, (string)hot["endpoint"]!["hostKey"]!);
        Assert.DoesNotContain(hot["steps"]!.AsArray(), s => (string)s!["name"]! == "update-and-attach");

        Assert.Equal("stopped", (string)(await cloud.DisconnectAsync())["state"]!);
        Assert.Equal(2, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);

        var again = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal("survives\ntoo\n", await cloud.SshAsync(again["endpoint"]!, "cat /root/note /usr/local/note"));
        Assert.Equal((string)cold["endpoint"]!["hostKey"]!, (string)again["endpoint"]!["hostKey"]!);
    }

    [Fact]
    public async Task A_guest_that_was_powered_off_is_booted_again_without_an_attach()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        await cloud.SshAsync(cold["endpoint"]!, "(sleep 1; poweroff) > /dev/null 2>&1 &");

        // The power-off takes its time: until then the guest may still answer, and the box be hot.
        var warm = await Wait.UntilAsync(() => cloud.ConnectAsync(), r => (string)r["tier"]! != "hot", "the guest is off");

        Assert.Equal("warm", (string)warm["tier"]!);
        Assert.Equal((string)cold["instanceId"]!, (string)warm["instanceId"]!);
        Assert.Equal("dev33\n", await cloud.SshAsync(warm["endpoint"]!, "hostname"));
    }
}
