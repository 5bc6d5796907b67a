using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Http;

public class ManagementOrderTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 11, 28, TimeSpan.Zero);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_accepted_as_JSON_and_reaches_its_waiter()
    {
        await using var host = await StartAsync();
        await host.StartAsync("WaitGo", id: "waits");

        var answer = await Answer.ManageAsync(
            host, HttpMethod.Post, "/instances/waits/RAISEEVENT/gO", new StringContent("  \"evt\" ", Encoding.UTF8, "application/json"));
        var end = await host.EndAsync("waits");

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.True(answer.IsEmpty);
        Assert.Equal("\"evt\"", end.SerializedOutput);
    }

    [Fact]
    public async Task An_event_that_is_no_JSON_is_refused_and_raises_nothing()
    {
        await using var host = await StartAsync();
        await host.StartAsync("WaitGo", id: "waits");

        var text = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/waits/raiseEvent/Go", new StringContent("\"x\""));
        var untyped = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/waits/raiseEvent/Go", new ByteArrayContent("\"x\""u8.ToArray()));
        var bad = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/waits/raiseEvent/Go", Json("{"));
        var empty = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/waits/raiseEvent/Go", Json(string.Empty));
        var nameless = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/waits/raiseEvent/", Json("1"));
        await host.QuietAsync();
        var still = await host.LookAsync("waits");

        foreach (var answer in (Answer[])[text, untyped])
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.Equal("application/json; charset=utf-8", answer.ContentType);
            Assert.Equal("""{"Message":"Only application/json request content is supported"}""", answer.Body);
        }

        Assert.All([bad, empty], a => AssertError(a, HttpStatusCode.BadRequest, "Invalid JSON content"));
        Assert.Equal(HttpStatusCode.NotFound, nameless.Status);
        Assert.Equal(OrchestrationRuntimeStatus.Running, still.RuntimeStatus);
    }

    [Theory]
    [InlineData("raiseEvent/Go")]
    [InlineData("terminate?reason=r")]
    [InlineData("suspend?reason=r")]
    [InlineData("resume?reason=r")]
    public async Task An_order_to_an_ended_instance_is_410_and_to_an_unknown_one_404(string order)
    {
        await using var host = await StartAsync();
        await host.RunAsync("Empty", id: "over");

        // Said before the content is looked at: it has no type.
        var over = await Answer.ManageAsync(host, HttpMethod.Post, $"/instances/over/{order}");
        var unknown = await Answer.ManageAsync(host, HttpMethod.Post, $"/instances/unknown/{order}");

        Assert.Equal(HttpStatusCode.Gone, over.Status);
        Assert.True(over.IsEmpty);
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
        Assert.True(unknown.IsEmpty);
    }

    [Fact]
    public async Task Suspending_twice_and_resuming_what_runs_are_errors_that_say_so()
    {
        await using var host = await StartAsync();
        await host.StartAsync("WaitGo", id: "one");

        var resumed = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/one/resume");
        var suspended = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/one/suspend");
        await host.UntilAsync("one", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        var again = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/one/Suspend");

        Assert.Equal(HttpStatusCode.Accepted, suspended.Status);
        Assert.True(suspended.IsEmpty);
        AssertError(
            resumed,
            HttpStatusCode.InternalServerError,
            "Something went wrong while processing your request",
            "Cannot resume the orchestration instance one because instance is in the Running state.");
        AssertError(
            again,
            HttpStatusCode.InternalServerError,
            "Something went wrong while processing your request",
            "Cannot suspend the orchestration instance one because instance is in the Suspended state.");
    }

    [Fact]
    public async Task Pending_and_suspended_instances_can_be_terminated()
    {
        await using var host = await StartAsync();
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Empty", null, new StartOrchestrationOptions("later", Start.AddHours(1)), Limit);
        await host.StartAsync("WaitGo", id: "paused");
        await host.Client.SuspendInstanceAsync("paused", cancellation: Limit);
        await host.UntilAsync("paused", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);

        var later = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/later/terminate?reason=r");
        var paused = await Answer.ManageAsync(host, HttpMethod.Post, "/instances/paused/terminate?reason=r");

        Assert.All([later, paused], a => Assert.True(a is { Status: HttpStatusCode.Accepted, IsEmpty: true }));
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndAsync("later")).RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndAsync("paused")).RuntimeStatus);
    }

    [Theory]
    [InlineData("PUT", "/instances/over")]
    [InlineData("HEAD", "/instances/over")]
    [InlineData("OPTIONS", "/instances/over")]
    [InlineData("POST", "/instances/over")]
    [InlineData("POST", "/instances")]
    [InlineData("GET", "/instances/over/terminate")]
    [InlineData("DELETE", "/instances/over/terminate")]
    [InlineData("POST", "/instances/over/dance")]
    [InlineData("POST", "/instances/over/rewind")]
    [InlineData("POST", "/instances/over/restart")]
    [InlineData("GET", "/orchestrators/Empty")]
    [InlineData("GET", "/entities")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/instances/over?taskHub=OtherHub")]
    public async Task An_unknown_path_or_a_wrong_method_is_404(string method, string path)
    {
        await using var host = await StartAsync();
        await host.RunAsync("Empty", id: "over");

        var answer = await Answer.ManageAsync(host, new HttpMethod(method), path);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Empty(answer.Body);
        Assert.Null(answer.ContentType);
    }

    [Fact]
    public async Task Hub_and_connection_may_be_named_if_they_are_the_right_ones()
    {
        await using var host = await StartAsync();
        await host.RunAsync("Empty", id: "over");

        var named = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/over?taskHub=testhubname&connection=Storage");
        var blank = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/over?taskHub=&connection=");
        var unknown = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/over?connection=Unknown");

        Assert.Equal(HttpStatusCode.OK, named.Status);
        Assert.Equal(HttpStatusCode.OK, blank.Status);
        AssertError(unknown, HttpStatusCode.InternalServerError, "Something went wrong while processing your request");
    }

    [Fact]
    public async Task An_orchestration_is_started_over_HTTP_and_watched_by_the_URLs_of_the_answer()
    {
        await using var host = await StartAsync();
        var instance = $"{host.Http.BaseAddress}runtime/webhooks/durabletask/instances/sp%20ace";
        var query = $"taskHub=TestHubName&connection=Storage&code={host.Info.ManagementKey}";

        var started = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Echo/sp%20ace", Json("\"in\""));
        var end = await host.EndAsync("sp ace");
        var status = await Answer.OfAsync(host.Http, HttpMethod.Get, (string)JsonNode.Parse(started.Body)!["statusQueryGetUri"]!);

        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.Equal($"{instance}?{query}", started.Header("Location"));
        Assert.Equal("10", started.Header("Retry-After"));
        Assert.Equal("application/json; charset=utf-8", started.ContentType);
        Assert.Equal(
            $$"""{"id":"sp ace","statusQueryGetUri":"{{instance}}?{{query}}","sendEventPostUri":"{{instance}}/raiseEvent/{eventName}?{{query}}","terminatePostUri":"{{instance}}/terminate?reason={text}&{{query}}","purgeHistoryDeleteUri":"{{instance}}?{{query}}","restartPostUri":"{{instance}}/restart?{{query}}","suspendPostUri":"{{instance}}/suspend?reason={text}&{{query}}","resumePostUri":"{{instance}}/resume?reason={text}&{{query}}"}""",
            started.Body);
        Assert.Equal("\"in\"", end.SerializedOutput);
        Assert.Equal(HttpStatusCode.OK, status.Status);
    }

    [Fact]
    public async Task A_start_over_HTTP_replaces_what_has_ended_and_refuses_what_runs_and_what_is_no_JSON()
    {
        await using var host = await StartAsync();
        await host.StartAsync("WaitGo", id: "running");
        await host.RunAsync("Empty", id: "over");

        var running = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Empty/running");
        var bad = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Echo/over", Json("{"));
        var over = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Echo/over", Json(string.Empty));
        var end = await host.EndAsync("over");
        var unnamed = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Echo", Json("\"in\""));

        Assert.Equal(HttpStatusCode.Conflict, running.Status);
        Assert.Equal("""{"Message":"An Orchestration instance with the status Running already exists."}""", running.Body);
        AssertError(bad, HttpStatusCode.BadRequest, "Invalid JSON content");
        Assert.Equal(HttpStatusCode.Accepted, over.Status);
        Assert.Equal("Echo", end.Name);
        Assert.Equal("\"in\"", (await host.EndAsync((string)JsonNode.Parse(unnamed.Body)!["id"]!)).SerializedOutput);
    }

    [Fact]
    public async Task A_start_over_HTTP_can_wait_for_the_end()
    {
        var time = new FakeTimeProvider(Start) { AutoAdvanceAmount = TimeSpan.Zero };
        await using var host = await StartAsync(time);

        var completed = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Echo?timeout=5&pollingInterval=1", Json("\"w\""));
        var failed = await Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/Broken?timeout=5&pollingInterval=1");
        var waiting = Answer.ManageAsync(host, HttpMethod.Post, "/orchestrators/WaitGo/late?timeout=5&pollingInterval=1");
        await host.Client.WaitForInstanceStartAsync("late", Limit);
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(waiting, Task.Delay(10, Limit));
        }

        Assert.Equal(HttpStatusCode.OK, completed.Status);
        Assert.Equal("\"w\"", completed.Body);
        Assert.Equal(HttpStatusCode.OK, failed.Status);
        Assert.Contains("\"runtimeStatus\":\"Failed\"", failed.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await waiting).Status);
        Assert.Contains("\"id\":\"late\"", (await waiting).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_instance_is_purged_when_it_has_ended()
    {
        await using var host = await StartAsync();
        await host.RunAsync("Empty", id: "over");
        await host.StartAsync("WaitGo", id: "running");

        var running = await Answer.ManageAsync(host, HttpMethod.Delete, "/instances/running");
        var over = await Answer.ManageAsync(host, HttpMethod.Delete, "/instances/over");
        var again = await Answer.ManageAsync(host, HttpMethod.Delete, "/instances/over");
        var gone = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/over");

        Assert.Equal(HttpStatusCode.PreconditionFailed, running.Status);
        Assert.Equal(
            "\"Only orchestrations in a terminal state can be purged, but the orchestration with instance ID running has status Running\"", running.Body);
        Assert.Equal(HttpStatusCode.OK, over.Status);
        Assert.Equal("""{"instancesDeleted":1}""", over.Body);
        Assert.All([again, gone], a => Assert.True(a is { Status: HttpStatusCode.NotFound, IsEmpty: true }));
    }

    [Theory]
    [InlineData("createdTimeFrom=2026-11-23T14:11:00Z&runtimeStatus=Failed", 1, "fine late running")]
    [InlineData("createdTimeFrom=2026-11-23T14:11:00Z&runtimeStatus=Failed,Completed", 3, "running")]
    [InlineData("createdTimeFrom=2026-11-23T14:11:00Z&createdTimeTo=2026-11-23T14:12:00Z", 2, "late running")]
    [InlineData("createdTimeFrom=2026-11-23T14:11:00Z", 3, "running")]
    [InlineData("createdTimeFrom=2026-11-24T00:00:00Z", 0, "failed fine late running")]
    [InlineData("createdTimeFrom=2026-11-23T14:11:00Z&runtimeStatus=Terminated", 0, "failed fine late running")]
    [InlineData("", -1, "failed fine late running")]
    [InlineData("createdTimeFrom=never", -1, "failed fine late running")]
    public async Task A_purge_by_filter_deletes_what_meets_it_and_has_ended(string query, int deleted, string left)
    {
        var time = new FakeTimeProvider(Start);
        await using var host = await StartAsync(time);
        await host.RunAsync("Empty", id: "fine");
        await host.RunAsync("Broken", id: "failed");
        time.Advance(TimeSpan.FromHours(1));
        await host.RunAsync("Empty", id: "late");
        await host.StartAsync("WaitGo", id: "running");

        var answer = await Answer.ManageAsync(host, HttpMethod.Delete, $"/instances?{query}");
        var list = await Answer.ManageAsync(host, HttpMethod.Get, "/instances");

        var (status, body) = deleted switch
        {
            -1 => (HttpStatusCode.BadRequest, "\"Please provide value for 'createdTimeFrom' parameter.\""),
            0 => (HttpStatusCode.NotFound, string.Empty),
            _ => (HttpStatusCode.OK, $$"""{"instancesDeleted":{{deleted}}}"""),
        };
        Assert.Equal(status, answer.Status);
        Assert.Equal(body, answer.Body);
        Assert.Equal(left, string.Join(' ', JsonNode.Parse(list.Body)!.AsArray().Select(n => (string)n!["instanceId"]!)));
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static void AssertError(Answer answer, HttpStatusCode status, string message, string? exceptionMessage = null)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/json; charset=utf-8", answer.ContentType);
        var body = JsonNode.Parse(answer.Body)!.AsObject();
        Assert.Equal(["Message", "ExceptionMessage", "ExceptionType", "StackTrace"], body.Select(m => m.Key));
        Assert.Equal(message, (string)body["Message"]!);
        Assert.StartsWith("System.", (string)body["ExceptionType"]!, StringComparison.Ordinal);
        if (exceptionMessage is not null)
            Assert.Equal(exceptionMessage, (string)body["ExceptionMessage"]!);
    }

    private static Task<TestHost> StartAsync(TimeProvider? time = null) => TestHost.StartAsync(
        new TestHostOptions { Time = time ?? new FakeTimeProvider(Start) }, typeof(BasicFunctions), typeof(ManagedFunctions));
}
