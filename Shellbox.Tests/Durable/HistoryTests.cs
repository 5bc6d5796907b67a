using System.Text.Json.Nodes;
using Shellbox.LocalCloud;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable;

/// <summary>Histories over HTTP.</summary>
public sealed class HistoryTests(AzuriteFixture azurite)
{
    [Theory, EachProvider]
    public async Task A_history_tells_what_was_done_and_gives_results_on_request(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("DoesEverything");
        await app.UntilStatusAsync(id, "Completed");

        var with = await EventsAsync("showHistory=true&showHistoryOutput=true");
        var without = await EventsAsync("showHistory=true");

        string[] expected =
        [
            "ExecutionStarted",
            "TaskCompleted",
            "TaskFailed",
            "TimerCreated",
            "TimerFired",
            "SubOrchestrationInstanceCompleted",
            "EventSent",
            "EventRaised",
            "ExecutionCompleted",
        ];
        Assert.Equal(expected, with.Select(e => (string)e["EventType"]!));
        Assert.Equal(expected, without.Select(e => (string)e["EventType"]!));
        Assert.Equal(("DoesEverything", "Hello", "Boom", "Greets"), (Name(0), Name(1), Name(2), Name(5)));
        Assert.Equal("Shellbox.Tests.App.Durable.BoomException", (string?)with[2]["FailureDetails"]!["ErrorType"]);
        Assert.Equal(("hello x", "hello x", "done"), ((string?)with[1]["Result"], (string?)with[5]["Result"], (string?)with[8]["Result"]));
        Assert.Equal((null, null, null), (without[1]["Result"], without[5]["Result"], without[8]["Result"]));
        Assert.Equal("Completed", (string)with[8]["OrchestrationStatus"]!);
        Assert.All(with, e => Assert.NotNull(e["Timestamp"]));

        string? Name(int index) => (string?)with[index]["FunctionName"];

        async Task<List<JsonNode>> EventsAsync(string query) =>
            [.. (await app.StatusAsync(id, query))["historyEvents"]!.AsArray().Select(e => e!)];
    }

    [Theory, EachProvider]
    public async Task An_input_is_left_out_on_request(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Greets", input: "x");
        await app.UntilStatusAsync(id, "Completed");

        Assert.Equal(("x", null), ((string?)(await app.StatusAsync(id))["input"], (await app.StatusAsync(id, "showInput=false"))["input"]));
    }

    [Theory, EachProvider]
    public async Task After_continuing_as_new_only_the_last_execution_is_there(DurableStorage provider)
    {
        var app = await azurite.AppOnAsync(provider);
        var id = await app.BeginAsync("Counts", input: new { Now = 0, To = 2 });
        await app.UntilStatusAsync(id, "Completed");

        var events = (await app.StatusAsync(id, "showHistory=true"))["historyEvents"]!.AsArray();

        Assert.Equal(["ExecutionStarted", "ExecutionCompleted"], events.Select(e => (string)e!["EventType"]!));
    }
}
