using System.Globalization;
using DurableTask.Core;
using Shellbox.LocalHost.Durable;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>
/// The process that has the hub is killed again and again, at random instants; the ledger that its activities write is outside of the hub.
/// Nothing that was acknowledged is lost, and nothing that was completed is done again.
/// </summary>
public sealed class SqliteKillTests
{
    private const int Chains = 2;
    private const int Kills = 100;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Nothing_is_lost_and_nothing_completed_is_done_again_over_200_kills() =>
        Task.WhenAll(Enumerable.Range(0, Chains).Select(ChainAsync));

    private static async Task ChainAsync(int seed)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(seed);
        var orders = new List<string>();
        var done = new HashSet<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var victim = await VictimProcess.StartAsync(folder.Path);

            // What was not acknowledged is asked for again, as a client would.
            orders.AddRange(Orders(kill));
            foreach (var order in orders.Where(o => !done.Contains(o)))
                victim.Tell(order);
            await Task.Delay(random.Next(10, 300), Cancel);
            await victim.KillAsync();
            done.UnionWith(victim.Done);
        }

        using var hub = new SqliteOrchestrationService(new SqliteServiceSettings(HubVictim.HubFile(folder.Path), TimeProvider.System));
        using var worker = await HubVictim.StartWorkerAsync(hub, folder.Path);
        foreach (var order in orders.Where(o => !done.Contains(o)))
            await HubVictim.DoAsync(hub, order);
        for (var kill = 0; kill < Kills; kill++)
        {
            Assert.Equal(
                (Journey.Generations * Journey.Steps).ToString(CultureInfo.InvariantCulture),
                await OutputAsync(hub, JourneyId(kill))
            );
            Assert.Equal("\"0 1 2\"", await OutputAsync(hub, ListenerId(kill)));
        }

        var runs = new Ledger(folder.Path)
            .Read()
            .Select(l => l.Split(' '))
            .ToLookup(l => l[0], l => int.Parse(l[1], CultureInfo.InvariantCulture));
        for (var kill = 0; kill < Kills; kill++)
        {
            // A step is begun when the one before is complete: one that ran after its successor ran although it was complete.
            var steps = runs[JourneyId(kill)].ToList();
            Assert.Equal(steps.Order(), steps);
            Assert.Equal(Enumerable.Range(0, Journey.Generations * Journey.Steps), steps.Distinct());
        }

        await worker.StopAsync(isForced: true);
    }

    private static IEnumerable<string> Orders(int kill) =>
        [
            $"journey {JourneyId(kill)}",
            $"listener {ListenerId(kill)}",
            .. Enumerable
                .Range(0, Listener.Numbers)
                .Select(n => string.Create(CultureInfo.InvariantCulture, $"raise {ListenerId(kill)} {n}")),
        ];

    private static string JourneyId(int kill) => string.Create(CultureInfo.InvariantCulture, $"journey{kill}");

    private static string ListenerId(int kill) => string.Create(CultureInfo.InvariantCulture, $"listener{kill}");

    private static async Task<string?> OutputAsync(SqliteOrchestrationService hub, string id)
    {
        var ended = await ((IOrchestrationServiceClient)hub).WaitForOrchestrationAsync(id, "", TimeSpan.FromMinutes(3), Cancel);
        Assert.True(
            ended is { OrchestrationStatus: OrchestrationStatus.Completed },
            $"{id}: {ended?.OrchestrationStatus.ToString() ?? "is lost"}"
        );
        return ended!.Output;
    }
}
