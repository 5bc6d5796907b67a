using Microsoft.Extensions.Time.Testing;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Storage;
using Xunit;

namespace Shellbox.Tests.Durable.Limits;

public class ManyInstancesTests
{
    private const int Many = 100_000;
    private const int Soon = 100;
    private const int AtOnce = 1000;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hundred_thousand_pending_instances_are_accepted_kept_out_of_memory_and_in_nobodys_way()
    {
        using var folder = new TestFolder();
        var options = new EngineOptions { DatabasePath = Path.Combine(folder.Path, "durable.db"), SyncEveryCommit = false };
        var time = new FakeTimeProvider(Start);
        var before = BareEngine.Start(options, time, null, typeof(BasicFunctions));

        foreach (var some in Enumerable.Range(0, Many).Chunk(AtOnce))
        {
            await Task.WhenAll(some.Select(n => before.Client.ScheduleNewOrchestrationInstanceAsync(
                "Empty", new StartOrchestrationOptions($"i{n:d6}", Start.AddHours(n < Soon ? 1 : 10)), Limit)));
        }

        await before.Client.ScheduleNewOrchestrationInstanceAsync("OneActivity", "beside", new StartOrchestrationOptions("beside"), Limit);
        var beside = await before.Client.WaitForInstanceCompletionAsync("beside", getInputsAndOutputs: true, Limit);
        await before.QuietAsync(Limit);
        var inMemory = before.Engine.LiveOrchestrators;
        await before.StopAsync();
        await using var after = BareEngine.Start(options, time, null, typeof(BasicFunctions));
        time.Advance(TimeSpan.FromHours(1));
        await after.QuietAsync(Limit);

        Assert.Equal("\"hello beside\"", beside.SerializedOutput);
        Assert.Equal(0, inMemory);
        Assert.Equal(Soon + 1, Count(after, OrchestrationRuntimeStatus.Completed));
        Assert.Equal(Many - Soon, Count(after, OrchestrationRuntimeStatus.Pending));
    }

    private static int Count(BareEngine engine, OrchestrationRuntimeStatus status) =>
        engine.Engine.List(new InstanceFilter(null, null) { Statuses = [status] }, null, 2 * Many, withData: false).Count;
}
