using System.Globalization;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>What a victim does: it goes on with what an earlier one left, and drives journeys (see <see cref="Journey"/>).</summary>
internal static class Victim
{
    private const int JourneysAtOnce = 8;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (mode, folder) = (Enum.Parse<VictimMode>(arguments[0]), arguments[1]);
        var options = Options(folder) with
        {
            MaxLiveOrchestrators = bool.Parse(arguments[2]) ? 0 : 1000,
            MaxCrashes = int.Parse(arguments[3], CultureInfo.InvariantCulture),
        };
        using var ledger = new Ledger(folder);
        VictimFunctions.Ledger = ledger;
        var bare = BareEngine.Start(options, TimeProvider.System, null, typeof(VictimFunctions));
        if (mode == VictimMode.Drain)
            await DrainAsync(bare.Engine);
        else
            await DriveAsync(bare, ledger, mode == VictimMode.Endless);
        await bare.StopAsync();
        return 0;
    }

    public static EngineOptions Options(string folder) => new() { DatabasePath = Path.Combine(folder, "durable.db") };

    private static async Task DrainAsync(OrchestrationEngine engine)
    {
        var open = new InstanceFilter(null, null)
        {
            Statuses = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended],
        };
        while (engine.List(open, null, 1, withData: false).Count > 0)
            await Task.Delay(2);
    }

    private static async Task DriveAsync(BareEngine bare, Ledger ledger, bool endless)
    {
        var next = 0;
        var last = endless ? int.MaxValue : ledger.Begun - 1;
        await Task.WhenAll(Enumerable.Range(0, JourneysAtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) - 1 is var number && number <= last)
                await DriveAsync(bare, ledger, Journey.Number(number));
        })));
    }

    /// <summary>Takes a journey from wherever it is to its end. What is on the ledger was acknowledged by the engine.</summary>
    private static async Task DriveAsync(BareEngine bare, Ledger ledger, Journey journey)
    {
        if (ledger.Has("done", journey.Id))
            return;
        if (!ledger.Has("started", journey.Id))
        {
            // Perhaps it was started and the acknowledgement was not written down.
            ledger.Write("begun", journey.Id);
            if (bare.Engine.Find(journey.Id) is null)
                await bare.Client.ScheduleNewOrchestrationInstanceAsync(journey.Kind, new StartOrchestrationOptions(journey.Id));
            ledger.Write("started", journey.Id);
        }

        if (journey.Answer is { } answer && !ledger.Has("raised", journey.Id))
        {
            await ledger.WaitForRunAsync($"{journey.Id}/a");
            try
            {
                await bare.Client.RaiseEventAsync(journey.Id, "answer", answer);
            }
            catch (InvalidOperationException) when (bare.Engine.Find(journey.Id)!.IsOver)
            {
                // It had its answer from an earlier process, which was killed before it wrote that down.
            }

            ledger.Write("raised", journey.Id);
        }

        await bare.Client.WaitForInstanceCompletionAsync(journey.Id);
        ledger.Write("done", journey.Id);
    }
}
