using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Shellbox.Tests.LocalHost;

/// <summary>Orchestrations and the management API: the official extension on Azure Storage, through this host.</summary>
public sealed class DurableTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Activities_run_in_order_and_failures_keep_their_type()
    {
        await using var app = await HostedApp.StartAsync(azurite);

        Assert.Equal("0.1.2.", (string?)await app.RunAsync("Chain"));
        Assert.Equal("System.IO.InvalidDataException: activity broke", (string?)await app.RunAsync("CatchesFailure"));
    }

    [Fact]
    public async Task Every_address_of_the_management_payload_works()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        using var started = await app.Http.PostAsync("api/start/WaitsForEvent/one", null, Cancel);
        var payload = JsonNode.Parse(await started.Content.ReadAsStringAsync(Cancel))!;
        await app.UntilStatusAsync("one", "Running");

        await PostAsync(Address("suspendPostUri").Replace("{{text}}", "because", StringComparison.Ordinal));
        await app.UntilStatusAsync("one", "Suspended");
        await PostAsync(Address("resumePostUri").Replace("{{text}}", "because", StringComparison.Ordinal));
        await app.UntilStatusAsync("one", "Running");
        await PostAsync(Address("sendEventPostUri").Replace("{eventName}", "go", StringComparison.Ordinal), "\"now\"");

        Assert.Equal("now", (string)(await app.UntilStatusAsync("one", "Completed"))["output"]!);
        var history = JsonNode.Parse(await app.Http.GetStringAsync(Address("statusQueryGetUri") + "&showHistory=true&showHistoryOutput=true", Cancel))!;
        Assert.Equal("ExecutionCompleted", (string)history["historyEvents"]!.AsArray()[^1]!["EventType"]!);
        using var purged = await app.Http.DeleteAsync(Address("purgeHistoryDeleteUri"), Cancel);
        Assert.Equal("""{"instancesDeleted":1}""", await purged.Content.ReadAsStringAsync(Cancel));
        Assert.Empty((await app.StatusAsync("one")).AsObject());

        string Address(string name) => (string)payload[name]!;

        async Task PostAsync(string address, string? body = null)
        {
            using var response = await app.Http.PostAsync(
                address, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    [Fact]
    public async Task Instances_are_listed_page_by_page_terminated_and_purged_by_filter()
    {
        await using var app = await HostedApp.StartAsync(azurite);
        foreach (var id in (string[])["a", "b", "c"]) await app.BeginAsync("WaitsForEvent", id);
        foreach (var id in (string[])["a", "b", "c"]) await app.UntilStatusAsync(id, "Running");

        var seen = new List<string>();
        string? token = null;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Instances("top=2"));
            if (token is not null) request.Headers.Add("x-ms-continuation-token", token);
            using var page = await app.Http.SendAsync(request, Cancel);
            seen.AddRange(JsonNode.Parse(await page.Content.ReadAsStringAsync(Cancel))!.AsArray().Select(i => (string)i!["instanceId"]!));
            token = page.Headers.TryGetValues("x-ms-continuation-token", out var tokens) ? tokens.Single() : null;
        }
        while (!string.IsNullOrEmpty(token));
        foreach (var id in (string[])["a", "b"])
        {
            using var terminated = await app.Http.PostAsync($"runtime/webhooks/durabletask/instances/{id}/terminate?reason=enough&code={HostedApp.MasterKey}", null, Cancel);
            Assert.Equal(HttpStatusCode.Accepted, terminated.StatusCode);
            Assert.Equal("enough", (string)(await app.UntilStatusAsync(id, "Terminated"))["output"]!);
        }

        using var purged = await app.Http.DeleteAsync(Instances("createdTimeFrom=2000-01-01T00:00:00Z&runtimeStatus=Terminated"), Cancel);

        Assert.Equal(["a", "b", "c"], seen.Order());
        Assert.Equal("""{"instancesDeleted":2}""", await purged.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Running", (string)(await app.StatusAsync("c"))["runtimeStatus"]!);

        string Instances(string query) => $"runtime/webhooks/durabletask/instances?{query}&code={HostedApp.MasterKey}";
    }

    [Fact]
    public async Task Two_hosts_on_one_hub_share_the_work_as_one()
    {
        await using var first = await HostedApp.StartAsync(azurite);
        await using var second = await first.StartSecondAsync();

        var started = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? first : second).BeginAsync("Chain")));
        foreach (var id in started) Assert.Equal("0.1.2.", (string)(await second.UntilStatusAsync(id, "Completed"))["output"]!);

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
            new StringContent("\"still here\"", Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal("still here", (string)(await first.UntilStatusAsync(id, "Completed"))["output"]!);
    }
}
