using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class VersionTests
{
    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task An_instance_started_without_a_version_has_none_where_the_host_has_no_default(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("Version");

        Assert.Equal("\"\"", end.SerializedOutput);
    }

    [Theory, LiveAndReplayed]
    public async Task Without_a_version_an_instance_and_a_child_have_the_hosts_default_whatever_the_parents(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(replay), typeof(Functions));

        var plain = await host.RunAsync("Version");
        var parent = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Parent", null, new StartOrchestrationOptions { Version = "9.9" }, Limit);
        var end = await host.EndAsync(parent);

        Assert.Equal("\"1.0\"", plain.SerializedOutput);
        Assert.Equal("9.9, child 1.0, given 3.0", end.ReadOutputAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task With_strict_matching_an_instance_of_another_version_fails_and_both_are_named(bool replay)
    {
        await using var host = await TestHost.StartAsync(Options(replay, "Strict"), typeof(Functions));

        var right = await host.RunAsync("Version");
        var wrong = await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "Version", null, new StartOrchestrationOptions { Version = "2.0" }, Limit);
        var end = await host.EndAsync(wrong);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, right.RuntimeStatus);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("'2.0'", end.SerializedOutput, StringComparison.Ordinal);
        Assert.Contains("'1.0'", end.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_and_names_compare_without_letter_case_and_convert_from_and_to_text()
    {
        TaskVersion version = "1.0-RC";
        TaskName name = "Do";

        Assert.Equal(new TaskVersion("1.0-rc"), version);
        Assert.Equal("1.0-RC", (string)version);
        Assert.Equal(TaskVersion.Unversioned, new TaskVersion(string.Empty));
        Assert.Equal(new TaskName("do"), name);
        Assert.Equal("Do", (string)name);
    }

    private static TestHostOptions Options(bool replay, string match = "None") => new()
    {
        Replay = replay,
        HostJson = $$$"""
            { "version": "2.0", "extensions": { "durableTask": { "defaultVersion": "1.0", "versionMatchStrategy": "{{{match}}}" } } }
            """,
    };

    public static class Functions
    {
        [Function("Version")]
        public static Task<string> Version([OrchestrationTrigger] TaskOrchestrationContext context) => Task.FromResult(context.Version);

        [Function("Parent")]
        public static async Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var child = await context.CallSubOrchestratorAsync<string>("Version");
            var given = await context.CallSubOrchestratorAsync<string>("Version", new SubOrchestrationOptions { Version = "3.0" });
            return $"{context.Version}, child {child}, given {given}";
        }
    }
}
