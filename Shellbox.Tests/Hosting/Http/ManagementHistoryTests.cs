using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Tests.Durable;
using Xunit;

namespace Shellbox.Tests.Hosting.Http;

public partial class ManagementHistoryTests
{
    private const string T0 = "2026-11-23T14:11:28.6000000";
    private const string T1 = "2026-11-23T14:12:28.6000000";

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 11, 28, 600, TimeSpan.Zero);

    [Fact]
    public async Task A_history_shows_each_kind_of_event_as_the_official_host_does()
    {
        await using var host = await RunMixAsync();

        var answer = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/mix?showHistory=true&showHistoryOutput=true");

        Assert.Equal(
            [
                $$"""{"EventType":"ExecutionStarted","Input":"3","Correlation":null,"ParentTraceContext":null,"ScheduledStartTime":null,"Generation":0,"GenerateNewTrace":false,"Timestamp":"{{T0}}Z","FunctionName":"PMix"}""",
                $$"""{"EventType":"TaskCompleted","Result":"hello x","Timestamp":"{{T0}}Z","ScheduledTime":"{{T0}}+00:00","FunctionName":"Hello","Input":null}""",
                $$"""{"EventType":"TaskFailed","Reason":"Function 'Boom' failed with an unhandled exception.","Details":null,"FailureDetails":{"ErrorType":"Shellbox.Tests.Durable.BoomException","ErrorMessage":"activity broke","StackTrace":"...","InnerFailure":null,"IsNonRetriable":false,"Properties":null},"Timestamp":"{{T0}}Z","ScheduledTime":"{{T0}}+00:00","FunctionName":"Boom","Input":null}""",
                $$"""{"EventType":"TimerCreated","FireAt":"2026-11-23T15:11:28.6000000Z","Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"TimerCreated","FireAt":"{{T1}}Z","Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"TimerFired","FireAt":"{{T1}}Z","Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"SubOrchestrationInstanceCompleted","Result":"hello","Timestamp":"{{T1}}Z","ScheduledTime":"{{T1}}+00:00","FunctionName":"Echo","Input":null}""",
                $$"""{"EventType":"SubOrchestrationInstanceFailed","Reason":"Task 'Boom' (#0) failed with an unhandled exception: activity broke","Details":null,"FailureDetails":{"ErrorType":"Microsoft.DurableTask.TaskFailedException","ErrorMessage":"Task 'Boom' (#0) failed with an unhandled exception: activity broke","StackTrace":"...","InnerFailure":{"ErrorType":"Shellbox.Tests.Durable.BoomException","ErrorMessage":"activity broke","StackTrace":null,"InnerFailure":null,"IsNonRetriable":false,"Properties":null},"IsNonRetriable":false,"Properties":null},"Timestamp":"{{T1}}Z","ScheduledTime":"{{T1}}+00:00","FunctionName":"Broken","Input":null}""",
                $$"""{"EventType":"EventSent","InstanceId":"other","Name":"Go","Input":"{\"A\":1}","Timestamp":"{{T1}}Z"}""",
                $$"""{"EventType":"EventRaised","Name":"GO","Input":"{\"A\":1}","ParentTraceContext":null,"Timestamp":"{{T1}}Z"}""",
                $$"""{"EventType":"ExecutionCompleted","OrchestrationStatus":"Completed","Result":{"A":1},"FailureDetails":null,"Timestamp":"{{T1}}Z"}""",
            ],
            Events(answer));
    }

    [Fact]
    public async Task Results_and_inputs_are_left_out_of_a_history_unless_asked_for()
    {
        await using var host = await RunMixAsync();

        var plain = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/mix?showHistory=true");
        var noInput = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/mix?showHistory=True&showInput=FALSE");
        var withoutHistory = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/mix?showHistory=yes&showHistoryOutput=true");

        Assert.DoesNotContain("\"Result\"", plain.Body, StringComparison.Ordinal);
        Assert.Contains("\"historyEvents\":[", plain.Body, StringComparison.Ordinal);
        Assert.Contains("\"input\":null", noInput.Body, StringComparison.Ordinal);
        Assert.Equal(
            ["EventSent", "EventRaised"],
            Events(noInput).Where(e => e.Contains("\"Input\"", StringComparison.Ordinal)).Select(e => e.Split('"')[3]));
        Assert.DoesNotContain("historyEvents", withoutHistory.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inputs_of_tasks_are_shown_when_host_json_stores_them()
    {
        await using var host = await RunMixAsync(
            """{"version":"2.0","extensions":{"durableTask":{"storeInputsInOrchestrationHistory":true}}}""");

        var answer = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/mix?showHistory=true");

        Assert.Contains("""
            "FunctionName":"Hello","Input":"\"x\"",
            """.TrimEnd(',') + "}", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_still_open_is_shown_by_itself_and_orders_show_their_reasons()
    {
        await using var host = await TestHost.StartAsync(
            new TestHostOptions { Time = new FakeTimeProvider(Start) }, typeof(BasicFunctions), typeof(ManagedFunctions));
        await host.StartAsync("Open", id: "open");
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/open/suspend?reason=why");
        await host.UntilAsync("open", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/open/resume?reason=go");
        await host.UntilAsync("open", i => i.RuntimeStatus == OrchestrationRuntimeStatus.Running);

        var open = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/open?showHistory=true");
        await Answer.ManageAsync(host, HttpMethod.Post, "/instances/open/terminate?reason=because");
        await host.EndAsync("open");
        var over = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/open?showHistory=true&showHistoryOutput=true");

        Assert.Equal(HttpStatusCode.Accepted, open.Status);
        Assert.Equal(
            [
                $$"""{"EventType":"TaskScheduled","Name":"Sleep","Input":null,"ParentTraceContext":null,"Tags":{},"Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"SubOrchestrationInstanceCreated","Name":"WaitGo","InstanceId":"open-child","Input":null,"ClientSpanId":null,"Tags":{},"Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"ExecutionSuspended","Reason":"why","Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"ExecutionResumed","Reason":"go","Timestamp":"{{T0}}Z"}""",
            ],
            Events(open).Skip(1));
        Assert.Equal(
            [
                $$"""{"EventType":"ExecutionTerminated","Input":"because","Timestamp":"{{T0}}Z"}""",
                $$"""{"EventType":"ExecutionCompleted","OrchestrationStatus":"Terminated","Result":"because","FailureDetails":null,"Timestamp":"{{T0}}Z"}""",
            ],
            Events(over).Skip(5));
    }

    [Fact]
    public async Task After_continue_as_new_only_the_last_execution_is_shown()
    {
        await using var host = await TestHost.StartAsync(new TestHostOptions { Time = new FakeTimeProvider(Start) }, typeof(ManagedFunctions));
        await host.RunAsync("Again", 0, "again");

        var answer = await Answer.ManageAsync(host, HttpMethod.Get, "/instances/again?showHistory=true");

        Assert.Contains("\"input\":2,", answer.Body, StringComparison.Ordinal);
        Assert.Equal(
            [
                $$"""{"EventType":"ExecutionStarted","Input":"2","Correlation":null,"ParentTraceContext":null,"ScheduledStartTime":null,"Generation":null,"GenerateNewTrace":false,"Timestamp":"{{T0}}Z","FunctionName":"Again"}""",
                $$"""{"EventType":"ExecutionCompleted","OrchestrationStatus":"Completed","FailureDetails":null,"Timestamp":"{{T0}}Z"}""",
            ],
            Events(answer));
    }

    private static async Task<TestHost> RunMixAsync(string? hostJson = null)
    {
        var time = new FakeTimeProvider(Start);
        var host = await TestHost.StartAsync(
            new TestHostOptions { Time = time, HostJson = hostJson }, typeof(BasicFunctions), typeof(ManagedFunctions));
        await host.StartAsync("PMix", 3, "mix");
        await host.QuietAsync();
        time.Advance(TimeSpan.FromMinutes(1));
        await host.QuietAsync();
        await Answer.ManageAsync(
            host, HttpMethod.Post, "/instances/mix/raiseEvent/GO", new StringContent("{ \"A\" : 1 }", Encoding.UTF8, "application/json"));
        await host.EndAsync("mix");
        return host;
    }

    private static List<string> Events(Answer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        return [.. document.RootElement.GetProperty("historyEvents").EnumerateArray().Select(e => StackTrace().Replace(e.GetRawText(), "\"StackTrace\":\"...\""))];
    }

    [GeneratedRegex("""
        "StackTrace":"[^"]+"
        """)]
    private static partial Regex StackTrace();
}
