using System.Net;
using System.Text.Json.Nodes;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Guest;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>Connects at which Azure or an instance fails: undone, and the next one works.</summary>
public sealed class ConnectFailureTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attach_that_ARM_gives_up_fails_the_connect_is_undone_and_the_next_one_works()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest);
        cloud.Azure.Faults.Add(new Fault
        {
            Effect = FaultEffect.FailOperation,
            Operation = "VirtualMachines_Update",
            Code = "InternalExecutionError",
            Message = "An internal execution error occurred.",
        });

        var failed = await cloud.PostConnectAsync(wait: 200);

        Assert.Equal(HttpStatusCode.InternalServerError, failed.StatusCode);
        var problem = JsonNode.Parse(await failed.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal("https://shellbox.dev/problems/connect-failed", (string)problem["type"]!);
        Assert.Contains("An internal execution error occurred.", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync())["state"]!);
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["free"]!);

        await cloud.ConnectAsync(expectedTier: "cold");
    }

    [Fact]
    public async Task An_attach_that_fails_after_the_guest_has_started_releases_the_box()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest, timeScale: 5);
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.FailOperationAtEnd, Operation = "VirtualMachines_Update" });

        await cloud.ConnectAsync(expectedTier: "cold");

        await TestCloud.UntilAsync(() => cloud.ShowBoxAsync(), b => (string)b["state"]! == "stopped", "the box is released");
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e.Kind == "attach-operation-failed");
        await cloud.ConnectAsync(expectedTier: "cold");
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_is_quarantined_and_the_next_connect_takes_another()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest, instances: 2);
        var rows = await cloud.Get<InstanceStore>().ListAllAsync(Cancel).ToListAsync(Cancel);

        // Its host key is not the registered one any more: as bad as no answer, and worse.
        var tables = cloud.Get<StateTables>();
        foreach (var row in rows.Take(1))
        {
            row.HostKeyFingerprint = new string('A', 43);
            await tables.Instances.UpdateEntityAsync(row, row.ETag, cancellationToken: Cancel);
        }

        var first = await cloud.PostConnectAsync(wait: 200);
        var second = await TestCloud.UntilAsync(
            async () =>
            {
                if (first.StatusCode is HttpStatusCode.OK) await cloud.DisconnectAsync();
                first = await cloud.PostConnectAsync(wait: 200);
                return (int)(await cloud.GetAsync("api/pool"))["instances"]!["quarantined"]!;
            },
            quarantined => quarantined == 1, "the instance is quarantined");

        Assert.Equal(1, second);
        var result = await cloud.ConnectAsync();
        Assert.NotEqual(rows[0].Id, (string)result["instanceId"]!);
    }
}
