using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>A connect against Azure's own latencies: the simulator at time scale 1.</summary>
public sealed class ConnectLatencyTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    [Fact]
    public async Task With_real_latencies_the_banner_is_read_before_ARM_reports_the_attach_as_done()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).TimeScale(1).StartAsync();

        await cloud.ConnectAsync(expectedTier: "cold");

        var kinds = (await cloud.EventsAsync(cloud.Key())).Select(e => e.Kind).ToList();
        Assert.Contains("connected", kinds);
        Assert.DoesNotContain("attach-operation-succeeded", kinds);
    }
}
