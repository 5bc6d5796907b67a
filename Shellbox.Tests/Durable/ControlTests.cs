using System.Net;
using System.Text.Json.Nodes;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Suspend, resume and terminate.</summary>
public sealed class ControlTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task A_suspended_instance_holds_events_back_and_takes_them_in_order_when_resumed(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("CollectsNumbers");
        await app.UntilStatusAsync(id, "Running");
        await app.SuspendAsync(id);

        await app.RaiseAsync(id, "Start");
        foreach (var n in (int[])[1, 2, 3])
            await app.RaiseAsync(id, "Number", n);
        await app.RunAsync("Chain");
        var suspended = await app.StatusAsync(id);
        await app.OrderAsync(id, "resume", "go");

        Assert.Equal("Suspended", (string?)suspended["runtimeStatus"]);
        Assert.Equal("[1,2,3]", (await app.EndAsync(id))["output"]!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task A_suspended_instance_holds_the_results_of_its_activities_back(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = Guid.NewGuid().ToString("n");
        await app.BeginAsync("WaitsAtGate", id, id);
        await app.UntilLinesAsync(id + "-reached", 1);
        await app.SuspendAsync(id);

        app.Open(id);
        await app.UntilLinesAsync(id + "-passed", 1);
        await app.RunAsync("Chain");
        var suspended = await app.StatusAsync(id);
        await app.OrderAsync(id, "resume");

        Assert.Equal("Suspended", (string?)suspended["runtimeStatus"]);
        Assert.Equal($"passed {id}", (string?)(await app.EndAsync(id))["output"]);
    }

    [Theory, EachProvider]
    public async Task A_timer_that_fires_while_its_instance_is_suspended_is_heard_when_it_is_resumed(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Sleeps", input: 3);
        await app.UntilStatusAsync(id, "Running");
        await app.OrderAsync(id, "suspend");
        await app.RunAsync("Sleeps", 5);
        var suspended = await app.StatusAsync(id);

        await app.OrderAsync(id, "resume");

        Assert.Equal("Suspended", (string?)suspended["runtimeStatus"]);
        Assert.Equal("Completed", (string?)(await app.EndAsync(id))["runtimeStatus"]);
    }

    [Theory]
    [EachProvider("Running")]
    [EachProvider("Suspended")]
    [EachProvider("Pending")]
    public async Task An_instance_can_be_terminated_whatever_it_does(DurableStorage provider, string state)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo", after: state == "Pending" ? 3600 : null);
        await app.UntilStatusAsync(id, state == "Pending" ? "Pending" : "Running");
        if (state == "Suspended")
            await app.SuspendAsync(id);

        await app.OrderAsync(id, "terminate", "enough");

        var end = await app.EndAsync(id);
        Assert.Equal(("Terminated", "enough"), ((string?)end["runtimeStatus"], (string?)end["output"]));
    }

    [Theory, EachProvider]
    public async Task A_client_terminates_with_an_output_of_its_own(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo");
        await app.UntilStatusAsync(id, "Running");

        await app.ClientAsync(HttpMethod.Post, $"/{id}/order/terminate", new { Why = "enough" });

        Assert.Equal("""{"Why":"enough"}""", (await app.UntilStatusAsync(id, "Terminated"))["output"]!.ToJsonString());
    }

    [Theory, EachProvider]
    public async Task Termination_lets_a_running_activity_run_to_its_end(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = Guid.NewGuid().ToString("n");
        await app.BeginAsync("WaitsAtGate", id, id);
        await app.UntilLinesAsync(id + "-reached", 1);

        await app.OrderAsync(id, "terminate");
        await app.UntilStatusAsync(id, "Terminated");
        app.Open(id);

        await app.UntilLinesAsync(id + "-passed", 1);
        Assert.Equal("Terminated", (string?)(await app.StatusAsync(id))["runtimeStatus"]);
    }

    [Theory]
    [EachProvider("terminate")]
    [EachProvider("suspend")]
    [EachProvider("resume")]
    public async Task Orders_to_an_ended_and_to_an_unknown_instance_are_refused(DurableStorage provider, string order)
    {
        var app = await azurite.AppOnAsync(provider);
        var ended = await app.BeginAsync("Greets");
        await app.EndAsync(ended);

        using var gone = await app.ManageAsync(HttpMethod.Post, $"instances/{ended}/{order}");
        using var unknown = await app.ManageAsync(HttpMethod.Post, $"instances/unknown-{ended}/{order}");

        Assert.Equal((HttpStatusCode.Gone, HttpStatusCode.NotFound), (gone.StatusCode, unknown.StatusCode));
        Assert.NotNull((await app.ClientAsync(HttpMethod.Post, $"/{ended}/order/{order}"))["thrown"]);
        Assert.NotNull((await app.ClientAsync(HttpMethod.Post, $"/unknown-{ended}/order/{order}"))["thrown"]);
    }

    [Theory, EachProvider]
    public async Task Suspending_twice_and_resuming_a_running_instance_throw(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo");
        await app.UntilStatusAsync(id, "Running");

        Assert.NotNull((await app.ClientAsync(HttpMethod.Post, $"/{id}/order/resume"))["thrown"]);
        await app.SuspendAsync(id);
        Assert.NotNull((await app.ClientAsync(HttpMethod.Post, $"/{id}/order/suspend"))["thrown"]);
    }

    [Theory, EachProvider]
    public async Task The_status_of_an_instance_that_has_not_ended_is_202_and_says_where_to_look_again(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("WaitsGo");
        await app.UntilStatusAsync(id, "Running");

        using var running = await app.ManageAsync(HttpMethod.Get, $"instances/{id}");
        await app.RaiseAsync(id, "Go");
        await app.EndAsync(id);
        using var ended = await app.ManageAsync(HttpMethod.Get, $"instances/{id}");
        using var unknown = await app.ManageAsync(HttpMethod.Get, $"instances/unknown-{id}");

        Assert.Equal(
            (HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NotFound),
            (running.StatusCode, ended.StatusCode, unknown.StatusCode)
        );
        Assert.Equal((running.RequestMessage!.RequestUri, true), (running.Headers.Location, running.Headers.RetryAfter is not null));
    }

    [Theory, EachProvider]
    public async Task An_ended_instance_is_restarted_with_its_input_under_a_new_id_or_its_own(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Echoes", input: "again");
        var first = await app.EndAsync(id);

        using var other = await app.ManageAsync(HttpMethod.Post, $"instances/{id}/restart");
        using var same = await app.ManageAsync(HttpMethod.Post, $"instances/{id}/restart?restartWithNewInstanceId=false");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (other.StatusCode, same.StatusCode));
        var otherId = (string)JsonNode.Parse(await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["id"]!;
        Assert.NotEqual(id, otherId);
        Assert.Equal("again", (string?)(await app.EndAsync(otherId))["output"]);
        Assert.Equal("again", (string?)(await app.EndAsync(id))["output"]);
        Assert.Equal("Completed", (string?)first["runtimeStatus"]);
    }
}
