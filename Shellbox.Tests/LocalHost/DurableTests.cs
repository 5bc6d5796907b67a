using System.Text;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>A hub on Azure Storage, and the hosts that come and go on it.</summary>
public sealed class DurableTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hosts_on_one_hub_share_the_work_as_one()
    {
        await using var first = await HostedApp.StartAsync(azurite);
        await using var second = await first.StartSecondAsync();

        var started = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? first : second).BeginAsync("Chain")));
        foreach (var id in started)
            Assert.Equal("0.1.2.", (string)(await second.UntilStatusAsync(id, "Completed"))["output"]!);

        Assert.Equal(20 * 3, first.Lines("appended").Length);
    }

    [Fact]
    public async Task What_one_host_leaves_another_goes_on_with()
    {
        await using var first = await HostedApp.StartAsync(azurite);
        var id = await first.BeginAsync("WaitsForEvent");
        await first.UntilStatusAsync(id, "Running");
        await first.StopHostAsync();
        await first.StartHostAsync();

        using var raised = await first.Http.PostAsync(
            $"runtime/webhooks/durabletask/instances/{id}/raiseEvent/go?code={HostedApp.MasterKey}",
            new StringContent("\"still here\"", Encoding.UTF8, "application/json"),
            Cancel
        );

        Assert.Equal("still here", (string)(await first.UntilStatusAsync(id, "Completed"))["output"]!);
    }
}
