using System.Net;
using System.Text.Json.Nodes;
using Shellbox.Activities.State;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Guest;
using Xunit;

namespace Shellbox.Tests.Functions;

/// <summary>The main job over HTTP, with real QEMU guests behind it.</summary>
public sealed class ConnectTests(AzuriteFixture azurite, GuestImageFixture guest)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_box_is_connected_cold_then_hot_and_what_was_written_survives_a_detach()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest, instances: 2);

        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        Assert.Equal("dev33\n", await cloud.SshAsync(cold["endpoint"]!, "hostname; echo survives > /root/note; echo too > /usr/local/note"));
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
    public async Task With_real_latencies_the_banner_is_read_before_ARM_reports_the_attach_as_done()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest, timeScale: 1);

        await cloud.ConnectAsync(expectedTier: "cold");

        var kinds = (await cloud.EventsAsync(cloud.Key())).Select(e => e.Kind).ToList();
        Assert.Contains("connected", kinds);
        Assert.DoesNotContain("attach-operation-succeeded", kinds);
    }

    [Fact]
    public async Task Two_connects_at_once_for_one_box_share_one_operation()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest, instances: 2);

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
        await using var cloud = await TestCloud.StartAsync(azurite, guest, boxes: ["first", "second"]);
        await cloud.ConnectAsync("first");

        var waiting = await cloud.PostConnectAsync("second");
        Assert.Equal(HttpStatusCode.Accepted, waiting.StatusCode);
        var status = waiting.Headers.Location!.ToString();
        await TestCloud.UntilAsync(
            () => cloud.GetAsync(status),
            s => ((string?)s["customStatus"]?["detail"])?.Contains("no instance is free", StringComparison.Ordinal) is true,
            "the connect says that no instance is free");

        await cloud.DisconnectAsync("first");

        var done = await TestCloud.UntilAsync(() => cloud.GetAsync(status), s => (string)s["runtimeStatus"]! != "Running", "the second connect ends");
        Assert.Equal("Completed", (string)done["runtimeStatus"]!);
        Assert.Equal("second\n", await cloud.SshAsync(done["output"]!["endpoint"]!, "hostname"));
        Assert.Equal("stopped", (string)(await cloud.ShowBoxAsync("first"))["state"]!);
    }

    [Fact]
    public async Task A_guest_that_was_powered_off_is_booted_again_without_an_attach()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest);
        var cold = await cloud.ConnectAsync(expectedTier: "cold");
        await cloud.SshAsync(cold["endpoint"]!, "(sleep 1; poweroff) > /dev/null 2>&1 &");

        // The power-off takes its time: until then the guest may still answer, and the box be hot.
        var warm = await TestCloud.UntilAsync(() => cloud.ConnectAsync(), r => (string)r["tier"]! != "hot", "the guest is off");

        Assert.Equal("warm", (string)warm["tier"]!);
        Assert.Equal((string)cold["instanceId"]!, (string)warm["instanceId"]!);
        Assert.Equal("dev33\n", await cloud.SshAsync(warm["endpoint"]!, "hostname"));
    }

    [Fact]
    public async Task A_connect_during_a_release_waits_for_it_and_gets_the_box()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest);
        await cloud.ConnectAsync();
        var release = await cloud.Http.PostAsync($"api/users/{cloud.User.Id}/boxes/dev33/disconnect", null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, release.StatusCode);

        var again = await cloud.ConnectAsync(expectedTier: "cold");

        Assert.Contains(again["steps"]!.AsArray(), s => (string)s!["name"]! == "wait-for-release");
        Assert.Equal("dev33\n", await cloud.SshAsync(again["endpoint"]!, "hostname"));
    }

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

    [Fact]
    public async Task A_connect_that_was_terminated_is_taken_over_by_the_next()
    {
        await using var cloud = await TestCloud.StartAsync(azurite, guest);
        var hang = cloud.Azure.Faults.Add(new Fault { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Update" });
        var accepted = await cloud.PostConnectAsync();
        var payload = JsonNode.Parse(await accepted.Content.ReadAsStringAsync(Cancel))!;
        await TestCloud.UntilAsync(() => Task.FromResult(cloud.Azure.Faults.Hits.Count), hits => hits > 0, "the attach hangs");

        var terminated = await cloud.Http.PostAsync(
            ((string)payload["terminatePostUri"]!).Replace("{{text}}", "enough", StringComparison.Ordinal), null, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, terminated.StatusCode);
        await TestCloud.UntilAsync(
            () => cloud.GetAsync((string)payload["statusQueryGetUri"]!), s => (string)s["runtimeStatus"]! == "Terminated", "the connect is terminated");

        var next = cloud.ConnectAsync();
        cloud.Azure.Faults.Remove(hang);

        Assert.NotEqual((string)payload["id"]!, (string)(await next)["operationId"]!);
    }
}
