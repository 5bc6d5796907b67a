using System.Text.Json.Nodes;
using Azure;
using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Faults;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>Injected faults, through the C# API and through the simulator's own endpoint.</summary>
public sealed class FaultTests
{
    private const string Hardly = """{"tags":{"a":"b"}}""";

    [Fact]
    public async Task A_fault_hits_so_many_calls_of_its_operation_and_resource_and_no_other()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001", "vm-0002"]));
        var fault = azure.Simulator.Faults.Add(
            new()
            {
                Effect = FaultEffect.FailCall,
                Operation = "VirtualMachines_G*",
                Resource = "vm-0001",
                Count = 2,
                Status = 503,
                Code = "ServerBusy",
            }
        );

        var other = await GetAsync(azure, "vm-0002");
        var first = await GetAsync(azure, "vm-0001");
        var second = await GetAsync(azure, "vm-0001");
        var third = await GetAsync(azure, "vm-0001");

        Assert.Equal([200, 503, 503, 200], new[] { other, first, second, third }.Select(a => a.Status));
        Assert.Equal("ServerBusy", first.Code);
        Assert.Equal(
            [first.Headers["x-ms-request-id"], second.Headers["x-ms-request-id"]],
            azure.Simulator.Faults.Hits.Select(h => h.RequestId)
        );
        Assert.Equal([null, fault, fault, null], azure.Simulator.Requests.Select(r => r.FaultId));
        Assert.Empty(azure.Simulator.Faults.Waiting);
    }

    [Fact]
    public async Task A_share_of_calls_is_hit_and_the_seed_says_which()
    {
        var runs = new List<string>();
        foreach (var seed in new[] { 5, 5, 6 })
        {
            await using var azure = await TestAzure.StartAsync(
                TestAzure.FleetOf(["vm-0001"]),
                new()
                {
                    TimeScale = 1000,
                    Throttling = false,
                    Seed = seed,
                }
            );
            azure.Simulator.Faults.Add(
                new()
                {
                    Effect = FaultEffect.FailCall,
                    Share = 0.3,
                    Count = null,
                }
            );
            var run = "";
            for (var n = 0; n < 60; n++)
                run += (await GetAsync(azure, "vm-0001")).Status == 200 ? '.' : 'x';
            runs.Add(run);
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.NotEqual(runs[0], runs[2]);
        Assert.InRange(runs[0].Count(c => c == 'x'), 6, 32);
    }

    [Fact]
    public async Task A_hanging_call_is_let_go_when_the_fault_is_taken_back()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var call = azure.Simulator.Faults.Add(new() { Effect = FaultEffect.HangCall, Operation = "VirtualMachines_Get" });
        var hanging = GetAsync(azure, "vm-0001");
        await Wait.UntilAsync(() => azure.Simulator.Faults.Hits.Count == 1, "the call hangs");

        Assert.False(hanging.IsCompleted);
        azure.Simulator.Faults.Remove(call);
        Assert.Equal(200, (await hanging).Status);
    }

    [Fact]
    public async Task A_hanging_operation_goes_on_when_the_fault_is_taken_back()
    {
        var time = new VirtualTime();
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(["vm-0001"]),
            new() { TimeScale = 1, TimeProvider = time.Clock }
        );
        var fault = azure.Simulator.Faults.Add(new() { Effect = FaultEffect.HangOperation });
        var begun = await time.During(azure.PatchAsync("vm-0001", Hardly));

        time.Pass(3600);
        Assert.Equal("InProgress", await StatusAsync());

        azure.Simulator.Faults.Remove(fault);
        await time.UntilAsync(1, StatusAsync, status => status == "Succeeded", "the operation has succeeded");

        async Task<string?> StatusAsync() =>
            (string?)(await time.During(azure.SendAsync("GET", begun.PathOf("Azure-AsyncOperation")))).Body!["status"];
    }

    [Theory]
    [InlineData(FaultEffect.DropCall, null)]
    [InlineData(FaultEffect.DropAnswer, "b")]
    public async Task A_cut_connection_leaves_it_open_whether_the_call_was_carried_out(FaultEffect effect, string? tag)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        azure.Simulator.Faults.Add(new() { Effect = effect, Operation = "VirtualMachines_Update" });

        await Assert.ThrowsAnyAsync<RequestFailedException>(() => azure.PatchAsync("vm-0001", Hardly));

        Assert.Equal(tag, (string?)(await GetAsync(azure, "vm-0001")).Body!["tags"]?["a"]);
        Assert.Equal(0, azure.Simulator.Requests.Of("VirtualMachines_Update").Single().Status);
    }

    [Fact]
    public async Task An_operation_that_fails_at_its_end_has_shown_the_disk_and_one_that_fails_early_has_not()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001", "vm-0002"], ["vol", "vol2"]));
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.FailOperationAtEnd, Resource = "vm-0001" });
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.FailOperation, Resource = "vm-0002" });

        var late = await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));
        var early = await azure.EndAsync(await azure.PatchDisksAsync("vm-0002", (0, "vol2")));

        Assert.Equal(("Failed", "Failed"), ((string?)late["status"], (string?)early["status"]));
        Assert.Equal("vol", azure.Simulator.VisibleDisks("vm-0001")[0]);
        Assert.Equal("Attached", (string?)(await azure.GetAsync(azure.Disk("vol"), TestAzure.DisksVersion))["properties"]!["diskState"]);
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0002"));
        Assert.Equal("Unattached", (string?)(await azure.GetAsync(azure.Disk("vol2"), TestAzure.DisksVersion))["properties"]!["diskState"]);
    }

    [Fact]
    public async Task A_hidden_disk_is_attached_by_all_accounts_but_the_guests()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.HideDisk });

        var ended = await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));

        Assert.Equal("Succeeded", (string?)ended["status"]);
        Assert.Equal("Attached", (string?)(await azure.GetAsync(azure.Disk("vol"), TestAzure.DisksVersion))["properties"]!["diskState"]);
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0001"));
    }

    [Fact]
    public async Task A_stale_read_shows_the_resource_as_it_was()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        await azure.EndAsync(await azure.PatchAsync("vm-0001", Hardly));
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.StaleRead });

        var write = await azure.PatchAsync("vm-0001", """{"tags":{"a":"c"}}""");
        var stale = await GetAsync(azure, "vm-0001");

        Assert.Equal(200, write.Status);
        Assert.Equal("b", (string?)stale.Body!["tags"]!["a"]);
    }

    [Fact]
    public async Task An_expired_token_is_told_as_Azure_does()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.ExpireToken, Operation = "VirtualMachines_Get" });

        var expired = await GetAsync(azure, "vm-0001");

        Assert.Equal((401, "AuthenticationFailed"), (expired.Status, expired.Code));
        Assert.Contains("ExpiredAuthenticationToken", expired.Message, StringComparison.Ordinal);
        Assert.Contains("Bearer", expired.Headers["WWW-Authenticate"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_VM_that_dies_is_still_called_running_but_its_agent_is_not_ready_until_it_is_restarted()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"], ["vol"]));
        await azure.EndAsync(await azure.PatchDisksAsync("vm-0001", (0, "vol")));
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.CrashInstance, Operation = "VirtualMachines_Update" });

        await azure.EndAsync(await azure.PatchAsync("vm-0001", Hardly));
        var dead = await ViewAsync(azure);
        var script = await azure.EndAsync(await RunAsync(azure));

        Assert.Equal(("PowerState/running", "Not Ready"), dead);
        Assert.Empty(azure.Simulator.VisibleDisks("vm-0001"));
        Assert.Equal("VMAgentStatusCommunicationError", (string?)script["error"]!["code"]);

        await azure.EndAsync(await azure.SendAsync("POST", $"{azure.VirtualMachine("vm-0001")}/restart?api-version=2024-07-01"));
        Assert.Equal(("PowerState/running", "Ready"), await ViewAsync(azure));
        Assert.Equal("vol", azure.Simulator.VisibleDisks("vm-0001")[0]);
        Assert.Equal("Succeeded", (string?)(await azure.EndAsync(await RunAsync(azure)))["status"]);

        static Task<Answer> RunAsync(TestAzure azure) =>
            azure.SendAsync(
                "POST",
                $"{azure.VirtualMachine("vm-0001")}/runCommand?api-version=2024-07-01",
                """{"commandId":"RunShellScript","script":["true"]}"""
            );
    }

    [Fact]
    public async Task Every_fault_is_logged_with_the_request_it_hit()
    {
        using var log = new RecordedLog();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(log));
        await using var azure = await TestAzure.StartAsync(
            TestAzure.FleetOf(["vm-0001"]),
            new() { TimeScale = 1000, LoggerFactory = loggers }
        );
        azure.Simulator.Faults.Add(new() { Effect = FaultEffect.FailCall });

        var failed = await GetAsync(azure, "vm-0001");

        Assert.Contains(
            log.Entries.Select(e => e.Message),
            m => m.Contains(failed.Headers["x-ms-request-id"], StringComparison.Ordinal) && m.Contains("FailCall", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_endpoint_adds_shows_and_takes_back_faults()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        var added = await azure.SendAsync(
            "POST",
            "/simulator/faults",
            """{"effect":"failCall","operation":"VirtualMachines_Get","count":2,"status":429,"code":"TooManyRequests","delay":"00:00:30"}"""
        );
        var hit = await GetAsync(azure, "vm-0001");
        var shown = await azure.SendAsync("GET", "/simulator/faults");
        var removed = await azure.SendAsync("DELETE", $"/simulator/faults/{added.Body!["id"]}");
        var again = await azure.SendAsync("DELETE", $"/simulator/faults/{added.Body["id"]}");
        var requests = await azure.SendAsync("GET", "/simulator/requests?last=5");

        Assert.Equal((201, 429, 204, 404), (added.Status, hit.Status, removed.Status, again.Status));
        Assert.True(hit.Headers.ContainsKey("Retry-After"));
        Assert.Equal("failCall", (string?)shown.Body!["waiting"]![0]!["effect"]);
        Assert.Equal(hit.Headers["x-ms-request-id"], (string?)shown.Body["hits"]![0]!["requestId"]);
        Assert.Equal(200, (await GetAsync(azure, "vm-0001")).Status);
        Assert.Equal(429, (int)Assert.Single((JsonArray)requests.Body!["value"]!)!["status"]!);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"effect":"explode"}""")]
    [InlineData("""{"effect":3}""")]
    [InlineData("""{"effect":"failCall","sahre":0.5}""")]
    [InlineData("""{"effect":"failCall","share":1.5}""")]
    [InlineData("""{"effect":"failCall","status":200}""")]
    [InlineData("""{"effect":"failCall","count":0}""")]
    [InlineData("""{"effect":"delayCall"}""")]
    [InlineData("""{"effect":"delayCall","delay":"-00:00:01"}""")]
    [InlineData("nonsense")]
    public async Task A_fault_that_makes_no_sense_is_refused(string body)
    {
        await using var azure = await TestAzure.StartAsync();

        var refused = await azure.SendAsync("POST", "/simulator/faults", body);

        Assert.Equal(400, refused.Status);
        Assert.NotEmpty(refused.Message);
        Assert.Empty(azure.Simulator.Faults.Waiting);
    }

    [Fact]
    public async Task The_endpoint_asks_for_a_token()
    {
        await using var azure = await TestAzure.StartAsync();

        Assert.Equal(401, (await azure.SendAsAsync(null, "GET", "/simulator/faults", null)).Status);
    }

    [Fact]
    public async Task The_endpoint_knows_instances()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        Assert.Equal(404, (await azure.SendAsync("POST", "/simulator/instances/gone/crash")).Status);
        Assert.Equal(404, (await azure.SendAsync("POST", "/simulator/instances/vm-0001/tickle")).Status);
        Assert.Equal(204, (await azure.SendAsync("POST", "/simulator/instances/vm-0001/refuseSsh")).Status);
        Assert.Equal(204, (await azure.SendAsync("POST", "/simulator/instances/vm-0001/crash")).Status);
        Assert.True((bool)(await azure.SendAsync("GET", "/simulator/instances/vm-0001")).Body!["crashed"]!);
        Assert.Equal(("PowerState/running", "Not Ready"), await ViewAsync(azure));
    }

    private static Task<Answer> GetAsync(TestAzure azure, string vm) =>
        azure.SendAsync("GET", $"{azure.VirtualMachine(vm)}?api-version=2024-07-01");

    private static async Task<(string? Power, string? Agent)> ViewAsync(TestAzure azure)
    {
        var view = await azure.GetAsync(azure.VirtualMachine("vm-0001") + "/instanceView", "2024-07-01");
        return ((string?)view["statuses"]![1]!["code"], (string?)view["vmAgent"]!["statuses"]![0]!["displayStatus"]);
    }
}
