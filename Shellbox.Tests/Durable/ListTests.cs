using System.Text.Json.Nodes;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Lists of instances.</summary>
public sealed class ListTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task Instances_are_listed_page_by_page(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var prefix = await RunManyAsync(app, 7);

        var pages = new List<List<string>>();
        string? token = null;
        do
        {
            using var page = await app.ManageAsync(HttpMethod.Get, $"instances?top=3&instanceIdPrefix={prefix}", continuationToken: token);
            pages.Add(await IdsAsync(page));
            token = page.Headers.TryGetValues("x-ms-continuation-token", out var tokens) ? tokens.Single() : null;
        } while (!string.IsNullOrEmpty(token));

        // A page may be shorter than asked for, or empty, when there is a next one.
        Assert.Equal(Enumerable.Range(0, 7).Select(n => $"{prefix}{n}"), pages.SelectMany(p => p));
        Assert.All(pages, p => Assert.InRange(p.Count, 0, 3));
    }

    [Theory, EachProvider]
    public async Task A_clients_list_goes_on_by_itself(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var prefix = await RunManyAsync(app, 7);
        await app.BeginAsync("WaitsGo", prefix + "running");

        var pages = (await app.ClientAsync(HttpMethod.Get, $"?prefix={prefix}&status=Completed&size=3"))["value"]!.AsArray();

        Assert.Equal(Enumerable.Range(0, 7).Select(n => $"{prefix}{n}"), pages.SelectMany(p => p!.AsArray()).Select(i => (string)i!));
        Assert.All(pages, p => Assert.InRange(p!.AsArray().Count, 0, 3));
    }

    [Theory, EachProvider]
    public async Task A_list_is_filtered_by_state_and_time(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var prefix = $"p{Guid.NewGuid():n}-";
        await app.RunAsync("Greets", id: prefix + "completed");
        await app.RunToEndAsync("ThrowsAtOnce", id: prefix + "failed");
        await app.BeginAsync("WaitsGo", prefix + "running");
        await app.UntilStatusAsync(prefix + "running", "Running");

        Assert.Equal(["completed"], await ListAsync("runtimeStatus=Completed"));
        Assert.Equal(["completed", "failed"], await ListAsync("runtimeStatus=Completed,Failed"));
        Assert.Equal(["running"], await ListAsync("runtimeStatus=Running"));
        Assert.Equal(["completed", "failed", "running"], await ListAsync("createdTimeFrom=2000-01-01T00:00:00Z"));
        Assert.Empty(await ListAsync("createdTimeFrom=2200-01-01T00:00:00Z"));
        Assert.Empty(await ListAsync("createdTimeTo=2000-01-01T00:00:00Z"));

        async Task<IEnumerable<string>> ListAsync(string filter)
        {
            using var list = await app.ManageAsync(HttpMethod.Get, $"instances?instanceIdPrefix={prefix}&{filter}");
            return (await IdsAsync(list)).Select(i => i[prefix.Length..]);
        }
    }

    [Theory, EachProvider]
    public async Task A_listed_instance_is_told_of_as_by_its_own_status(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Greets", input: "x");
        var status = await app.EndAsync(id);

        using var list = await app.ManageAsync(HttpMethod.Get, $"instances?instanceIdPrefix={id}");

        var listed = JsonNode.Parse(await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsArray().Single()!;
        Assert.Equal(status.ToJsonString(), listed.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task A_client_gets_inputs_and_outputs_only_on_request(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Greets", input: "x");
        await app.EndAsync(id);

        var bare = (await app.ClientAsync(HttpMethod.Get, $"/{id}"))["value"]!;
        var full = (await app.ClientAsync(HttpMethod.Get, $"/{id}?full"))["value"]!;

        Assert.Equal(("Greets", "Completed", null, null), ((string?)bare["name"], (string?)bare["status"], bare["input"], bare["output"]));
        Assert.Equal(("\"x\"", "\"hello x\""), ((string?)full["input"], (string?)full["output"]));
        Assert.Null((await app.ClientAsync(HttpMethod.Get, $"/unknown-{id}"))["value"]);
    }

    /// <summary>Runs that many; their ids are a prefix and a number.</summary>
    private static async Task<string> RunManyAsync(HostedApp app, int count)
    {
        var prefix = $"p{Guid.NewGuid():n}-";
        await Task.WhenAll(Enumerable.Range(0, count).Select(n => app.RunAsync("Greets", "x", $"{prefix}{n}")));
        return prefix;
    }

    private static async Task<List<string>> IdsAsync(HttpResponseMessage list) =>
        [
            .. JsonNode
                .Parse(await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!
                .AsArray()
                .Select(i => (string)i!["instanceId"]!),
        ];
}
