using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Connect;

/// <summary>Connects that meet one another, a release, or what a terminated connect left behind.</summary>
public sealed class ConnectRaceTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_connects_at_once_for_one_box_share_one_operation()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Instances(2).StartAsync();

        var answers = await Task.WhenAll(cloud.PostConnectAsync(wait: 200), cloud.PostConnectAsync(wait: 200));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        var results = await Task.WhenAll(answers.Select(async a => JsonNode.Parse(await a.Content.ReadAsStringAsync(Cancel))!));
        Assert.Equal((string)results[0]["operationId"]!, (string)results[1]["operationId"]!);
        Assert.Equal(2, answers.Select(a => a.Headers.GetValues("Shellbox-Session-Id").Single()).Distinct().Count());
        Assert.Equal(1, (int)(await cloud.GetAsync("api/pool"))["instances"]!["claimed"]!);
        Assert.Single(cloud.Azure.Requests, r => r.Operation == "VirtualMachines_Update");
    }

    [Fact]
    public async Task Of_two_boxes_and_one_instance_the_second_says_that_it_waits_and_gets_it_when_the_first_leaves()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).Boxes("first", "second").StartAsync();
        await cloud.ConnectAsync("first");

        var waiting = await cloud.PostConnectAsync("second");
        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
        var status = waiting.Headers.Location!.ToString();
        await Wait.UntilAsync(
            () => cloud.GetStatusAsync(status),
            s => ((string?)s["customStatus"]?["detail"])?.Contains("no instance is free", StringComparison.Ordinal) is true,
            "the connect says that no instance is free"
        );

        await cloud.DisconnectAsync("first");

        var done = await Wait.UntilAsync(
            () => cloud.GetStatusAsync(status),
            s => (string)s["runtimeStatus"]! != "Running",
            "the second connect ends"
        );
        Assert.Equal("Completed", (string)done["runtimeStatus"]!);
        Assert.Equal("second\n", await cloud.SshAsync(done["output"]!["endpoint"]!, "hostname"));
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync("first"))["state"]!);
    }

    [Fact]
    public async Task A_connect_during_a_release_waits_for_it_and_gets_the_box()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        await cloud.ConnectAsync();
        var release = await cloud.Http.PostAsJsonAsync($"api/users/{cloud.User.Id}/boxes/dev33/disconnect", new { hold = 0 }, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, release.StatusCode);

        var again = await cloud.ConnectAsync(expectedTier: "cold");

        Assert.Contains(again["steps"]!.AsArray(), s => (string)s!["name"]! == "wait-for-release");
        Assert.Equal("dev33\n", await cloud.SshAsync(again["endpoint"]!, "hostname"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disconnect_during_a_connect_is_answered_with_what_the_box_is_afterwards(bool somebodyComes)
    {
        await using var cloud = await TestCloud.With(azurite).BareInstances().StartAsync();
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });
        await cloud.PostConnectAsync();
        await cloud.UntilFaultHitsAsync("the attach hangs");

        var disconnecting = cloud.DisconnectAsync();
        await Wait.UntilAsync(() => cloud.ShowBoxAsync(), b => (int)b["sessions"]! == 0, "the session has ended");
        var coming = somebodyComes ? cloud.ConnectAsync() : null;
        if (somebodyComes)
            await Wait.UntilAsync(() => cloud.ShowBoxAsync(), b => (int)b["sessions"]! == 1, "somebody comes");
        cloud.Azure.Faults.Remove(hang);

        var answer = await disconnecting;
        Assert.Equal(somebodyComes ? ("running", 1) : ("stopped", 0), ((string)answer["state"]!, (int)answer["sessions"]!));
        if (coming is not null)
            await coming;
    }

    [Fact]
    public async Task A_connect_that_was_terminated_is_taken_over_by_the_next()
    {
        await using var cloud = await TestCloud.With(azurite).Guest(guest).StartAsync();
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });
        var accepted = await cloud.PostConnectAsync();
        var payload = JsonNode.Parse(await accepted.Content.ReadAsStringAsync(Cancel))!;
        await cloud.UntilFaultHitsAsync("the attach hangs");

        var terminated = await cloud.Management.PostAsync(
            ((string)payload["terminatePostUri"]!).Replace("{{text}}", "enough", StringComparison.Ordinal),
            null,
            Cancel
        );
        Assert.Equal(HttpStatusCode.Accepted, terminated.StatusCode);
        await Wait.UntilAsync(
            () => cloud.GetStatusAsync((string)payload["statusQueryGetUri"]!),
            s => (string)s["runtimeStatus"]! == "Terminated",
            "the connect is terminated"
        );

        // The attach of the first one is still on its way, and may come or not: the volume is recorded as attached already.
        var next = await cloud.ConnectAsync();
        cloud.Azure.Faults.Remove(hang);

        Assert.NotEqual((string)payload["id"]!, (string)next["operationId"]!);
    }
}
