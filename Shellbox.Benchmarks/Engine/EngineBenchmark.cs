using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Shellbox.Benchmarks.Engine;

/// <summary>
/// The embedded Durable engine: latency, throughput, the cost of a turn by the length of its history, memory; with each commit synced to the disk and without.
/// </summary>
internal static class EngineBenchmark
{
    private static readonly int[] Histories = [10, 1000, 10000];
    private static readonly int[] AtOnce = [500, 5000];

    public static Command CreateCommand()
    {
        var count = new Option<int>("--n") { Description = "Orchestrations measured one by one.", DefaultValueFactory = _ => 500 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of what runs many at once.", DefaultValueFactory = _ => 5 };
        var command = new Command("engine", "The embedded Durable engine: latency, throughput, long histories, memory.") { count, rounds };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(count), result.GetValue(rounds), cancellationToken));
        command.Subcommands.Add(EngineMemory.CreateCommand());
        return command;
    }

    private static async Task<int> RunAsync(int count, int rounds, CancellationToken cancellationToken)
    {
        if (count < 1 || rounds < 1)
        {
            await Console.Error.WriteLineAsync("--n and --rounds are at least 1.");
            return 2;
        }

        foreach (var (synchronous, means) in new[] { ("FULL", "a commit is on the disk before it counts"), ("NORMAL", "a commit outlives the process, not a loss of power") })
        {
            var table = new Table().Title($"synchronous={synchronous}: {means}");
            foreach (var column in (string[])["measure", "n", "p50", "p99", "least", "most", "unit", "goal"])
            {
                table.AddColumn(column, c => c.NoWrap().Alignment(column is "measure" or "unit" or "goal" ? Justify.Left : Justify.Right));
            }

            await AnsiConsole.Status().StartAsync($"synchronous={synchronous} ...", _ => MeasureAsync(table, synchronous, count, rounds, cancellationToken));
            AnsiConsole.Write(table);
        }

        foreach (var kind in EngineMemory.Kinds)
        {
            var megabytes = await EngineMemory.MeasureAsync(kind, cancellationToken);
            AnsiConsole.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{megabytes:0} MB resident with {EngineMemory.Instances:#,0} {kind} instances{(kind == EngineMemory.Pending ? " (goal: < 500)" : "")}"));
        }

        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} processors, .NET {Environment.Version}"));
        return 0;
    }

    private static async Task MeasureAsync(Table table, string synchronous, int count, int rounds, CancellationToken cancellationToken)
    {
        await using var host = await EngineHost.StartAsync(synchronous, cancellationToken);

        // The first ones pay for the JIT.
        for (var i = 0; i < 200; i++) await host.RunAsync(nameof(EngineFunctions.ThreeActivities), null, cancellationToken);

        foreach (var (name, goal) in new[] { (nameof(EngineFunctions.Trivial), "p50 < 2"), (nameof(EngineFunctions.ThreeActivities), "") })
        {
            var times = new List<double>();
            for (var i = 0; i < count; i++) times.Add(await TimeAsync(() => host.RunAsync(name, null, cancellationToken)));
            Add($"{name}, one by one", times, "ms", goal);
        }

        foreach (var name in (string[])[nameof(EngineFunctions.Trivial), nameof(EngineFunctions.ThreeActivities)])
        {
            foreach (var many in AtOnce)
            {
                var (rates, latencies) = (new List<double>(), new List<double>());
                for (var i = 0; i <= rounds; i++)
                {
                    double[] each = [];
                    var milliseconds = await TimeAsync(async () => each = await Task.WhenAll(
                        Enumerable.Range(0, many).Select(_ => Task.Run(() => TimeAsync(() => host.RunAsync(name, null, cancellationToken))))));

                    // The first round grows what the others then use.
                    if (i == 0) continue;
                    rates.Add(many / milliseconds * 1000);
                    latencies.AddRange(each);
                }

                var measure = string.Create(CultureInfo.InvariantCulture, $"{name}, {many:#,0} at once");
                Add(measure, latencies, "ms", "");
                Add(measure, rates, "1/s", many == 500 ? "> 1,500" : "");
            }
        }

        var fanOut = new List<double>();
        for (var i = 0; i <= rounds; i++)
        {
            var milliseconds = await TimeAsync(() => host.RunAsync(nameof(EngineFunctions.FanOut), 1000, cancellationToken));
            if (i > 0) fanOut.Add(1000 / milliseconds * 1000);
        }

        Add("fan-out of 1,000 activities", fanOut, "1/s", "> 10,000");
        await MeasureTurnsAsync();

        async Task MeasureTurnsAsync()
        {
            var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(EngineFunctions.PingPong), cancellationToken);
            await host.Client.WaitForInstanceStartAsync(id, cancellationToken);
            var (events, first) = (0, 0d);
            foreach (var history in Histories)
            {
                while (events < history) await PingAsync();
                var times = new List<double>();
                for (var i = 0; i < 200; i++) times.Add(await TimeAsync(PingAsync));
                first = first == 0 ? Median(times) : first;
                Add(
                    string.Create(CultureInfo.InvariantCulture, $"event to activity, history of {history:#,0}"), times, "ms",
                    string.Create(CultureInfo.InvariantCulture, $"ratio {Median(times) / first:0.00} < 1.5"));
            }

            await host.Client.TerminateInstanceAsync(id, cancellationToken);

            async Task PingAsync()
            {
                var pong = EngineFunctions.NextPong();
                await host.Client.RaiseEventAsync(id, EngineFunctions.Ping, true, cancellationToken);
                await pong.WaitAsync(cancellationToken);
                events += 3;
            }
        }

        void Add(string measure, IReadOnlyList<double> values, string unit, string goal)
        {
            // Of a rate the bad end is the low one.
            var (all, isRate) = (new Distribution(values), unit.EndsWith("/s", StringComparison.Ordinal));
            table.AddRow(
                measure, all.Count.ToString(CultureInfo.InvariantCulture), Distribution.Text(all.Median),
                isRate ? "" : Distribution.Text(all.Percentile(99)), Distribution.Text(all.Least), Distribution.Text(all.Most), unit, goal);
        }
    }

    private static double Median(IEnumerable<double> values) => new Distribution(values).Median;

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
