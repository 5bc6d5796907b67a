using System.Net;
using System.Text.Json.Nodes;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Starts, and whose an instance id is.</summary>
public sealed class StartTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [EachProvider("Greets", "Completed")]
    [EachProvider("ThrowsAtOnce", "Failed")]
    [EachProvider("WaitsGo", "Terminated")]
    public async Task An_id_can_be_used_again_however_its_instance_ended(DurableStorage provider, string orchestrator, string ended)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync(orchestrator, input: "old");
        if (ended == "Terminated")
        {
            await app.UntilStatusAsync(id, "Running");
            await app.OrderAsync(id, "terminate");
        }

        var first = await app.EndAsync(id);
        var started = await app.ClientAsync(HttpMethod.Post, $"/{id}/start/Echoes", "new");

        var second = await Wait.UntilAsync(
            () => app.StatusAsync(id),
            s => ((string?)s["name"], (string?)s["runtimeStatus"]) == ("Echoes", "Completed"),
            "the second has ended"
        );
        Assert.Equal((ended, id), ((string)first["runtimeStatus"]!, (string?)started["value"]));
        Assert.Equal(("new", "new"), ((string?)second["input"], (string?)second["output"]));
    }

    [Theory]
    [EachProvider("Running")]
    [EachProvider("Suspended")]
    [EachProvider("Pending")]
    public async Task A_start_under_the_id_of_an_instance_that_has_not_ended_is_refused_and_leaves_it_alone(
        DurableStorage provider,
        string state
    )
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo", input: "first", after: state == "Pending" ? 3600 : null);
        await app.UntilStatusAsync(id, state == "Pending" ? "Pending" : "Running");
        if (state == "Suspended")
            await app.SuspendAsync(id);

        var refused = await app.ClientAsync(HttpMethod.Post, $"/{id}/start/Echoes", "second");

        using var byHttp = await app.ManageAsync(HttpMethod.Post, $"orchestrators/Echoes/{id}", "second");
        var first = await app.StatusAsync(id);
        Assert.Null(refused["value"]);
        Assert.Contains("already exists", (string?)refused["message"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.Conflict, byHttp.StatusCode);
        Assert.Equal((state, "WaitsGo", "first"), ((string?)first["runtimeStatus"], (string?)first["name"], (string?)first["input"]));
    }

    [Theory, EachProvider]
    public async Task Instance_ids_are_told_apart_by_letter_case(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = Guid.NewGuid().ToString("n");

        await app.RunAsync("Echoes", "upper", "ID-" + id);
        await app.RunAsync("Echoes", "lower", "id-" + id);

        Assert.Equal("upper", (string?)(await app.StatusAsync("ID-" + id))["output"]);
        Assert.Equal("lower", (string?)(await app.StatusAsync("id-" + id))["output"]);
        Assert.Empty((await app.StatusAsync("Id-" + id)).AsObject());
    }

    [Theory, EachProvider]
    public async Task An_old_activitys_result_never_reaches_the_successor_under_its_id(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = Guid.NewGuid().ToString("n");
        await app.BeginAsync("WaitsAtGate", id, id + "-old");
        await app.UntilLinesAsync(id + "-old-reached", 1);
        await app.OrderAsync(id, "terminate");
        await app.UntilStatusAsync(id, "Terminated");

        // The successor waits for a task of the same number.
        await app.BeginAsync("WaitsAtGate", id, id + "-new");
        await app.UntilLinesAsync(id + "-new-reached", 1);
        app.Open(id + "-old");
        await app.UntilLinesAsync(id + "-old-passed", 1);
        await app.RaiseAsync(id, "Poke");
        await app.UntilCustomStatusAsync(id, "poked");
        app.Open(id + "-new");

        Assert.Equal($"passed {id}-new", (string?)(await app.EndAsync(id))["output"]);
    }

    [Theory, EachProvider]
    public async Task An_old_timer_never_reaches_the_successor_under_its_id(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Sleeps", input: 3);
        await app.UntilStatusAsync(id, "Running");
        await app.OrderAsync(id, "terminate");
        await app.UntilStatusAsync(id, "Terminated");

        // The successor waits for a timer of the same number.
        await app.BeginAsync("Sleeps", id, 3600);
        await app.UntilStatusAsync(id, "Running");
        await app.RunAsync("Sleeps", 5);

        Assert.Equal("Running", (string?)(await app.StatusAsync(id))["runtimeStatus"]);
    }

    [Theory, EachProvider]
    public async Task A_start_by_HTTP_may_wait_for_the_output(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);

        using var inTime = await app.ManageAsync(HttpMethod.Post, "orchestrators/Greets?timeout=120&pollingInterval=1", "x");
        using var failed = await app.ManageAsync(HttpMethod.Post, "orchestrators/ThrowsAtOnce?timeout=120&pollingInterval=1", "x");
        using var late = await app.ManageAsync(HttpMethod.Post, "orchestrators/WaitsGo?timeout=1&pollingInterval=1", "x");

        Assert.Equal((200, 200, 202), ((int)inTime.StatusCode, (int)failed.StatusCode, (int)late.StatusCode));
        Assert.Equal("\"hello x\"", await inTime.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("Failed", (string?)JsonNode.Parse(await failed.Content.ReadAsStringAsync(Cancel))!["runtimeStatus"]);
        Assert.NotNull(JsonNode.Parse(await late.Content.ReadAsStringAsync(Cancel))!["statusQueryGetUri"]);
    }

    [Theory, EachProvider]
    public async Task A_client_waits_for_the_start_and_for_the_end(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo");

        var begun = await app.ClientAsync(HttpMethod.Get, $"/{id}/wait/start");
        var waiting = app.ClientAsync(HttpMethod.Get, $"/{id}/wait/end");
        await app.RaiseAsync(id, "Go", "at last");

        Assert.Equal("Running", (string?)begun["value"]?["status"]);
        Assert.Equal(
            ("Completed", "\"at last\""),
            ((string?)(await waiting)["value"]?["status"], (string?)(await waiting)["value"]?["output"])
        );
    }

    [Theory, EachProvider]
    public async Task A_client_that_gives_up_waiting_leaves_the_instance_alone(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo");
        app.Open("give-up-" + id);

        var gaveUp = await app.ClientAsync(HttpMethod.Get, $"/{id}/wait/end");

        Assert.NotNull(gaveUp["thrown"]);
        Assert.Equal("Running", (string?)(await app.UntilStatusAsync(id, "Running"))["runtimeStatus"]);
    }
}
