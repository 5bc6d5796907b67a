using System.Net;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Operations;

/// <summary>A box from its creation to its deletion, with a real guest, on what ships.</summary>
[Trait(DurableProvider.Trait, DurableProvider.Both)]
public sealed class LifeTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_box_is_created_connected_held_woken_released_resumed_and_deleted()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).BlankVolumes(1).StartAsync();

        using (var created = await cloud.PutAsync("mine"))
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var first = await cloud.ConnectAsync("mine", expectedTier: "cold");
        await cloud.SshAsync(first["endpoint"]!, "echo kept > /root/kept");
        Assert.Equal("held", (string)(await cloud.DisconnectAsync("mine", hold: 600))["state"]!);
        await cloud.ConnectAsync("mine", expectedTier: "hot");
        await cloud.DisconnectAsync("mine");
        var again = await cloud.ConnectAsync("mine", expectedTier: "cold");
        Assert.Equal("kept", (await cloud.SshAsync(again["endpoint"]!, "cat /root/kept")).Trim());

        using (var deleted = await cloud.DeleteAsync("mine"))
            Assert.True(deleted.IsSuccessStatusCode, await deleted.Content.ReadAsStringAsync(Cancel));
        Assert.False(await cloud.HasDiskAsync("blank-1"));
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);
    }
}
