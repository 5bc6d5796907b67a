using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable;

public class CustomStatusTests
{
    /// <summary>The JSON of a text of that many characters is two quotes longer; the limit is 16 KB of UTF-16.</summary>
    private const int LongestText = (16 * 1024 / 2) - 2;

    private static CancellationToken Limit => TestLimit.Token;

    [Theory, LiveAndReplayed]
    public async Task The_last_status_set_is_shown_and_stays_when_the_instance_ends(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));
        var id = await host.StartAsync("Sets");

        var waiting = await host.UntilAsync(id, i => i.SerializedCustomStatus == "{\"Step\":2}");
        await host.Client.RaiseEventAsync(id, "Go", cancellation: Limit);
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Running, waiting.RuntimeStatus);
        Assert.Equal("\"three\"", end.SerializedCustomStatus);
        Assert.Equal("three", end.ReadCustomStatusAs<string>());
    }

    [Theory, LiveAndReplayed]
    public async Task It_survives_a_failure(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("SetsAndFails");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal("\"last words\"", end.SerializedCustomStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task It_does_not_survive_ContinueAsNew(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("SetsAndContinues", 0);

        Assert.Equal("\"second\"", end.SerializedOutput);
        Assert.Equal("null", end.SerializedCustomStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task It_can_be_taken_back(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("SetsNull");

        Assert.Equal("null", end.SerializedCustomStatus);
    }

    [Theory, LiveAndReplayed]
    public async Task One_of_16_KB_is_allowed(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("SetsLong", LongestText);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(LongestText + 2, end.SerializedCustomStatus!.Length);
    }

    [Theory, LiveAndReplayed]
    public async Task One_beyond_16_KB_fails_the_instance_even_if_the_orchestrator_catches_everything(bool replay)
    {
        await using var host = await TestHost.StartAsync(replay, typeof(Functions));

        var end = await host.RunAsync("SetsLong", LongestText + 1);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("custom status is larger than 16 KB", end.SerializedOutput, StringComparison.Ordinal);
        Assert.Equal("\"before\"", end.SerializedCustomStatus);
    }

    public static class Functions
    {
        [Function("Sets")]
        public static async Task Sets([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("one");
            context.SetCustomStatus(new { Step = 2 });
            await context.WaitForExternalEvent<object>("Go");
            context.SetCustomStatus("three");
        }

        [Function("SetsAndFails")]
        public static async Task SetsAndFails([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("first words");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            context.SetCustomStatus("last words");
            throw new BoomException("end");
        }

        [Function("SetsAndContinues")]
        public static async Task<string> SetsAndContinues([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            if (context.GetInput<int>() > 0)
                return "second";
            context.SetCustomStatus("first");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            context.ContinueAsNew(1);
            return "first";
        }

        [Function("SetsNull")]
        public static async Task SetsNull([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("something");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            context.SetCustomStatus(null);
        }

        [Function("SetsLong")]
        public static async Task SetsLong([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            context.SetCustomStatus("before");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            try
            {
                context.SetCustomStatus(new string('x', context.GetInput<int>()));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // The instance is not to get away with it.
            }

            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }
    }
}
