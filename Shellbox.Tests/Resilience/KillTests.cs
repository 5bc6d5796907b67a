using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Resilience;

/// <summary>
/// Host and worker are killed in the middle of a connect, and another host takes over. What they had in hand becomes visible again when its
/// lock has run out: a minute for an orchestration, 15 s for an activity (host.json), and up to half a minute for a partition of the hub.
/// </summary>
[Trait(DurableProvider.Trait, DurableProvider.AzureStorage)]
public sealed class KillTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Side by side, each in a cloud of its own: most of the time passes while locks run out.</summary>
    [Fact]
    public Task A_connect_whose_host_and_worker_are_killed_ends_right() =>
        Task.WhenAll(((string[])["claim-instance", "update-and-attach", "start-qemu", "read-banner"]).Select(EndsRightAsync));

    private async Task EndsRightAsync(string step)
    {
        // Slow enough for each step to be met.
        await using var cloud = await TestCloud.With(azurite).BareInstances().TimeScale(5).HostInOwnProcess().StartAsync();
        cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.DelayCall,
                Operation = "VirtualMachines_Update",
                Delay = TimeSpan.FromSeconds(2),
            }
        );
        using var accepted = await cloud.PostConnectAsync();
        var operation = (string)JsonNode.Parse(await accepted.Content.ReadAsStringAsync(Cancel))!["id"]!;

        await Wait.UntilAsync(() => StatusAsync(cloud, operation), s => Reached(s, step), $"the connect is at {step}");
        await cloud.KillAndRestartAsync();

        var ended = await Wait.UntilAsync(
            () => StatusAsync(cloud, operation),
            s => (string?)s["runtimeStatus"] is "Completed" or "Failed",
            "the connect has ended"
        );
        Assert.Equal("Completed", (string)ended["runtimeStatus"]!);
        Assert.Equal("running", (string)(await cloud.ShowBoxAsync())["state"]!);
        await cloud.DisconnectAsync();
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync())["state"]!);
    }

    /// <summary>The step has begun, or is past already: which of the two the kill meets is up to the machine.</summary>
    private static bool Reached(JsonNode status, string step) =>
        status["customStatus"] is JsonObject shown && shown["steps"]!.AsArray().Any(s => (string?)s!["name"] == step);

    private static async Task<JsonNode> StatusAsync(TestCloud cloud, string operation) =>
        await cloud.GetStatusAsync($"runtime/webhooks/durabletask/instances/{operation}?code={TestCloud.AdminKey}");
}
