using System.Net;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Http;

public class ManagementStatusTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 11, 28, 600, TimeSpan.Zero);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_ended_instance_is_shown_with_200_and_its_eight_members_in_order()
    {
        await using var host = await StartAsync(new FakeTimeProvider(Start));
        await host.RunAsync("PItem", new ManagedFunctions.Item("Bob & <ü>"), "item1");
        await host.RunAsync("Empty", id: "sp ace/x");

        var answer = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/item1");
        var upper = await Answer.ManageAsync(host, HttpMethod.Get, "/INSTANCES/item1/");
        var otherCase = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/ITEM1");
        var slash = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/sp%20ace%2Fx");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        Assert.Equal(
            """{"name":"PItem","instanceId":"item1","runtimeStatus":"Completed","input":{"FirstName":"Bob & <ü>"},"customStatus":{"StepName":"x"},"output":{"FirstName":"Bob & <ü>"},"createdTime":"2026-11-23T14:11:28Z","lastUpdatedTime":"2026-11-23T14:11:28Z"}""",
            answer.Body);
        Assert.Null(answer.Header("Location"));
        Assert.Null(answer.Header("Retry-After"));
        Assert.Equal(answer.Body, upper.Body);
        Assert.Equal(HttpStatusCode.NotFound, otherCase.Status);
        Assert.True(otherCase.IsEmpty);
        Assert.Equal(HttpStatusCode.NotFound, slash.Status);
    }

    [Fact]
    public async Task A_failed_instance_is_a_500_only_for_who_asks_for_that()
    {
        await using var host = await StartAsync(new FakeTimeProvider(Start));
        await host.RunAsync("Broken", id: "broken");
        await host.StartAsync("WaitGo", id: "ended");
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/ended/terminate?reason=be%20cause");
        await host.EndAsync("ended");
        await host.StartAsync("WaitGo", id: "ended silently");
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/ended%20silently/terminate");
        await host.EndAsync("ended silently");

        var plain = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/broken");
        var asked = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/broken?returnInternalServerErrorOnFailure=TRUE");
        var nonsense = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/broken?returnInternalServerErrorOnFailure=1");
        var terminated = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/ended?returnInternalServerErrorOnFailure=true");
        var silent = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/ended%20silently");

        Assert.Equal(HttpStatusCode.OK, plain.Status);
        Assert.Equal(
            """{"name":"Broken","instanceId":"broken","runtimeStatus":"Failed","input":null,"customStatus":null,"output":"Microsoft.DurableTask.TaskFailedException: Task 'Boom' (#0) failed with an unhandled exception: activity broke","createdTime":"2026-11-23T14:11:28Z","lastUpdatedTime":"2026-11-23T14:11:28Z"}""",
            plain.Body);
        Assert.Equal(HttpStatusCode.InternalServerError, asked.Status);
        Assert.Equal(plain.Body, asked.Body);
        Assert.Equal(HttpStatusCode.OK, nonsense.Status);
        Assert.Equal(HttpStatusCode.OK, terminated.Status);
        Assert.Contains("\"runtimeStatus\":\"Terminated\",\"input\":null,\"customStatus\":null,\"output\":\"be cause\"", terminated.Body, StringComparison.Ordinal);
        Assert.Contains("\"output\":null", silent.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_not_ended_is_a_202_that_says_where_and_when_to_ask_again()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        await host.StartAsync("WaitGo", "in", "running");
        await host.StartAsync("WaitGo", id: "paused");
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/paused/suspend?reason=why");
        await host.UntilAsync("paused", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Empty", null, new StartOrchestrationOptions("later", Start.AddHours(1)), Limit);

        var running = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/running?showInput=false&x=%20y");
        var paused = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/paused");
        var pending = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/later?showHistory=true");

        Assert.All([running, paused, pending], a => Assert.Equal(HttpStatusCode.Accepted, a.Status));
        Assert.All([running, paused, pending], a => Assert.Equal("5", a.Header("Retry-After")));
        Assert.All([running, paused, pending], a => Assert.Equal(a.Response.RequestMessage!.RequestUri!.AbsoluteUri, a.Header("Location")));
        Assert.Contains("\"runtimeStatus\":\"Running\",\"input\":null", running.Body, StringComparison.Ordinal);
        Assert.Contains("\"runtimeStatus\":\"Suspended\",\"input\":null,\"customStatus\":null,\"output\":\"why\"", paused.Body, StringComparison.Ordinal);
        Assert.Contains("\"runtimeStatus\":\"Pending\"", pending.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("historyEvents", pending.Body, StringComparison.Ordinal);

        time.Advance(TimeSpan.FromSeconds(2));
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/paused/resume?reason=go%20on");
        await host.UntilAsync("paused", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Running);
        var resumed = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/paused");
        Assert.Contains("\"output\":\"go on\",\"createdTime\":\"2026-11-23T14:11:28Z\",\"lastUpdatedTime\":\"2026-11-23T14:11:30Z\"", resumed.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_orchestrator_is_started_and_fails_by_name()
    {
        await using var host = await StartAsync(new FakeTimeProvider(Start), typeof(BasicFunctions));

        var started = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Nobody/none");
        await host.EndAsync("none");
        var answer = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/none");

        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.Contains(
            """
            "output":{"message":"The function 'Nobody' doesn't exist, is disabled, or is not an orchestrator function. Additional info: The following are the known orchestrator functions: 'Echo', 'Empty', 'OneActivity', 'WaitGo'.","details":null}
            """,
            answer.Body,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_is_ordered_by_id_and_comes_in_pages_as_asked()
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        foreach (var id in (string[])["b2", "a1", "c3"])
            await host.RunAsync("Empty", 1, id);
        time.Advance(TimeSpan.FromMinutes(1));
        await host.RunAsync("Broken", id: "d4");
        await host.StartAsync("WaitGo", id: "a2");

        var all = await Answer.ManageAsync(host, HttpMethod.Get, "/instances?showInput=false&showHistory=true");
        var first = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/?top=2&runtimeStatus=Completed,Failed");
        var second = await Answer.ManageAsync(
            host, HttpMethod.Get, "/instances/?top=2&runtimeStatus=Completed,Failed", null, (Token, first.Header(Token)!));
        var none = await Answer.ManageAsync(host, HttpMethod.Get, "/instances?top=0");
        var afterNone = await Answer.ManageAsync(host, HttpMethod.Get, "/instances?top=1", null, (Token, none.Header(Token)!));

        Assert.Equal(HttpStatusCode.OK, all.Status);
        Assert.Equal("application/json; charset=utf-8", all.ContentType);
        Assert.Equal(["a1", "a2", "b2", "c3", "d4"], Ids(all));
        Assert.StartsWith(
            """[{"name":"Empty","instanceId":"a1","runtimeStatus":"Completed","input":1,"customStatus":null,"output":"done","createdTime":"2026-11-23T14:11:28Z","lastUpdatedTime":"2026-11-23T14:11:28Z"},""",
            all.Body,
            StringComparison.Ordinal);
        Assert.DoesNotContain("historyEvents", all.Body, StringComparison.Ordinal);
        Assert.Null(all.Header(Token));
        Assert.Equal(["a1", "b2"], Ids(first));
        Assert.Equal(["c3", "d4"], Ids(second));
        Assert.Null(second.Header(Token));
        Assert.Equal("[]", none.Body);
        Assert.NotEmpty(none.Header(Token)!);
        Assert.Equal(["a1"], Ids(afterNone));
    }

    [Theory]
    [InlineData("runtimeStatus=Failed", "d4")]
    [InlineData("runtimeStatus=Failed,Running", "a2 d4")]
    [InlineData("runtimeStatus=Failed&runtimeStatus=Running", "a2 d4")]
    [InlineData("runtimeStatus=failed,Sleeping", "a1 a2 d4")]
    [InlineData("runtimeStatus=Pending", "")]
    [InlineData("createdTimeFrom=2026-11-23T14:12:00Z", "a2 d4")]
    [InlineData("createdTimeTo=2026-11-23T14:12:00Z", "a1")]
    [InlineData("createdTimeFrom=yesterday", "a1 a2 d4")]
    [InlineData("instanceIdPrefix=a", "a1 a2")]
    [InlineData("instanceIdPrefix=a&createdTimeFrom=2026-11-23T14:12:00Z&runtimeStatus=Running,Failed", "a2")]
    [InlineData("top=2147483647", "a1 a2 d4")]
    [InlineData("top=many", "a1 a2 d4")]
    public async Task A_list_is_filtered_by_what_can_be_read_of_the_query(string query, string expected)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        await host.RunAsync("Empty", id: "a1");
        time.Advance(TimeSpan.FromMinutes(1));
        await host.RunAsync("Broken", id: "d4");
        await host.StartAsync("WaitGo", id: "a2");

        var answer = await Answer.ManageAsync(host, HttpMethod.Get, $"/instances?{query}");

        Assert.Equal(expected, string.Join(' ', Ids(answer)));
    }

    private const string Token = "x-ms-continuation-token";

    private static List<string> Ids(Answer answer) =>
        [.. System.Text.Json.Nodes.JsonNode.Parse(answer.Body)!.AsArray().Select(n => (string)n!["instanceId"]!)];

    private static Task<TestHost> StartAsync(TimeProvider time, params Type[] functions) => TestHost.StartAsync(
        new TestHostOptions { Time = time }, functions.Length > 0 ? functions : [typeof(BasicFunctions), typeof(ManagedFunctions)]);
}
