using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Worker;
using Xunit;

namespace Shellbox.Tests.Durable.Limits;

public class LongHistoryTests
{
    private const int Events = 10_000;
    private const int AtOnce = 500;

    private static CancellationToken Limit => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_of_a_live_orchestrator_with_ten_thousand_events_replays_none_of_them()
    {
        var (atStart, perTurn) = await CountAsync(live: true);

        Assert.Equal(1, atStart);
        Assert.Equal([(0, 1), (0, 1), (0, 1)], perTurn);
    }

    [Fact]
    public async Task A_turn_of_an_orchestrator_that_is_not_in_memory_replays_its_history()
    {
        var (_, perTurn) = await CountAsync(live: false);

        Assert.Equal([(1, Events + 1), (1, Events + 2), (1, Events + 3)], perTurn);
    }

    /// <summary>Fills a history and then gives the instance three turns.</summary>
    /// <returns>How often the orchestrator's code began while the history grew, and for each turn how often it began and how many events it met.</returns>
    private static async Task<(int AtStart, List<(int Begun, int Met)> PerTurn)> CountAsync(bool live)
    {
        using var folder = new TestFolder();
        var counter = new Counter();
        var options = new EngineOptions
        {
            DatabasePath = Path.Combine(folder.Path, "durable.db"),
            SyncEveryCommit = false,
            MaxLiveOrchestrators = live ? 1 : 0,
        };
        await using var engine = BareEngine.Start(options, TimeProvider.System, counter, typeof(Functions));
        await engine.Client.ScheduleNewOrchestrationInstanceAsync("Listen", new StartOrchestrationOptions("it"), Limit);
        await engine.QuietAsync(Limit);
        for (var sent = 0; sent < Events; sent += AtOnce)
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => engine.Client.RaiseEventAsync("it", "E", cancellation: Limit)));
        await engine.QuietAsync(Limit);
        var length = engine.Engine.Find("it")!.HistoryLength;
        Assert.Equal(Events + 1, length);

        var atStart = counter.Begun;
        var perTurn = new List<(int, int)>();
        for (var turn = 0; turn < 3; turn++)
        {
            var (begun, met) = (counter.Begun, counter.Met);
            await engine.Client.RaiseEventAsync("it", "E", cancellation: Limit);
            await engine.QuietAsync(Limit);
            perTurn.Add((counter.Begun - begun, counter.Met - met));
        }

        return (atStart, perTurn);
    }

    public sealed class Counter
    {
        public int Begun { get; set; }

        public int Met { get; set; }
    }

    public sealed class Functions(Counter counter)
    {
        [Function("Listen")]
        public async Task Listen([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            counter.Begun++;
            while (true)
            {
                await context.WaitForExternalEvent<object?>("E");
                counter.Met++;
            }
        }
    }
}
