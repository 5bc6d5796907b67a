using System.Net;
using System.Text.Json.Nodes;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>Connects at which Azure or an instance fails: undone, and the next one works.</summary>
public sealed class ConnectFailureTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_attach_that_ARM_gives_up_fails_the_connect_is_undone_and_the_next_one_works()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        cloud.Azure.Faults.Add(
            new Fault
            {
                Effect = FaultEffect.FailOperation,
                Operation = "VirtualMachines_Update",
                Code = "InternalExecutionError",
                Message = "An internal execution error occurred.",
            }
        );

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
        await using var cloud = await TestCloud.With(azurite).Guest(guest).TimeScale(5).StartAsync();
        cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.FailOperationAtEnd, Operation = "VirtualMachines_Update" });

        await cloud.ConnectAsync(expectedTier: "cold");

        await cloud.UntilBoxIsAsync("stopped");
        Assert.Contains(await cloud.EventsAsync(cloud.Key()), e => e.Kind == "attach-operation-failed");
        await cloud.ConnectAsync(expectedTier: "cold");
    }

    [Fact]
    public async Task A_connect_says_that_Azure_does_not_answer_and_where_it_was_looked_for()
    {
        await using var cloud = await TestCloud.With(azurite).StartAsync();
        var endpoint = cloud.Azure.ArmEndpoint.GetLeftPart(UriPartial.Authority);
        await cloud.Azure.DisposeAsync();

        var accepted = await cloud.PostConnectAsync();

        var status = await Wait.UntilAsync(
            () => cloud.GetStatusAsync(accepted.Headers.Location!.ToString()),
            s => ((string?)s["customStatus"]?["detail"])?.Contains("trying again", StringComparison.Ordinal) is true,
            "the status says why it is tried again"
        );
        Assert.Contains(
            $"Azure Resource Manager does not answer at {endpoint} (ConnectionRefused)",
            (string)status["customStatus"]!["detail"]!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_instance_that_does_not_answer_is_quarantined_and_the_connect_goes_on_with_another()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).StartAsync();
        var instances = cloud.Get<InstanceStore>();
        var rows = await instances.ListAllAsync(Cancel).ToListAsync(Cancel);
        var (bad, good) = (rows[0], rows[1]);

        // Its host key is not the registered one any more: as bad as no answer, and worse.
        bad.HostKeyFingerprint = new string('A', 43);
        await cloud.Get<StateTables>().Instances.UpdateEntityAsync(bad, bad.ETag, cancellationToken: Cancel);

        // Which of two free instances a connect takes is chance: another box has the good one for now.
        var other = cloud.Key("other");
        Assert.NotNull(await instances.TryClaimAsync(good.Id, new BoxOperation(other, "op", new Epoch(1)), "vol-other", Cancel));

        var connect = cloud.ConnectAsync(expectedTier: "cold");

        await cloud.UntilInstancesAsync("quarantined", 1);
        Assert.True(await instances.TryFreeAsync(good.Id, new BoxOperation(other, "op", new Epoch(1)), Cancel));
        var result = await connect;
        Assert.Equal(good.Id, (string)result["instanceId"]!);
    }
}
