using System.CommandLine;
using System.Globalization;
using Shellbox.Cli.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Durable;

/// <summary>
/// What Durable itself costs on the local host, with the Azure Storage provider and the settings that ship: orchestrations whose
/// activities do nothing.
/// </summary>
internal static class DurableBenchmark
{
    private const int AtOnce = 100;

    private static readonly TimeSpan BetweenLooksAtMany = TimeSpan.FromSeconds(3);

    private static readonly (string Orchestrator, string Name)[] Kinds =
        [("One", "one activity"), ("Four", "four in sequence"), ("Twenty", "20 in parallel")];

    public static Command CreateCommand()
    {
        var count = new Option<int>("--n") { Description = "Orchestrations of each kind, one by one.", DefaultValueFactory = _ => 50 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of 100 at once.", DefaultValueFactory = _ => 5 };
        var command = new Command("durable", "Durable on the local host: latency of small orchestrations, and 100 at once.")
        {
            count, rounds,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(count), result.GetValue(rounds), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int count, int rounds, CancellationToken cancellationToken)
    {
        if (count < 1 || rounds < 1)
        {
            await Console.Error.WriteLineAsync("--n and --rounds are at least 1.");
            return 2;
        }

        var table = new Table();
        table.AddColumn("orchestration");
        foreach (var column in (string[])["n", "median", "p95", "most", "unit"]) table.AddColumn(column, c => c.Alignment(Justify.Right));
        var state = Directory.CreateTempSubdirectory("shellbox-bench-");
        try
        {
            var paths = new CloudPaths(Repository.Root, state.FullName);
            await using var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken);
            await using var host = await DurableHost.StartAsync(
                paths, azurite.ConnectionString, new Dictionary<string, string>(), cancellationToken);
            await AnsiConsole.Status().StartAsync("...", async status =>
                await MeasureAsync(host, table, count, rounds, text => status.Status(text), cancellationToken));
        }
        finally
        {
            state.Delete(recursive: true);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"./shellbox bench durable --n {count} --rounds {rounds}: from the request to the last turn's time stamp; Azurite; "
            + $"{Environment.ProcessorCount} processors. {LoadAverage.Text()}."));
        return 0;
    }

    private static async Task MeasureAsync(
        DurableHost host, Table table, int count, int rounds, Action<string> report, CancellationToken cancellationToken)
    {
        // The first ones pay for the JIT.
        for (var i = 0; i < 10; i++)
        {
            foreach (var (orchestrator, _) in Kinds) await host.RunAsync(orchestrator, cancellationToken);
        }

        var times = Kinds.ToDictionary(k => k.Name, _ => new List<double>());
        for (var i = 1; i <= count; i++)
        {
            report($"{i} of {count}");
            foreach (var (orchestrator, name) in Kinds) times[name].Add(await host.TimeAsync(orchestrator, cancellationToken));
        }

        foreach (var (_, name) in Kinds) Add(name, times[name], "ms");
        foreach (var (orchestrator, name) in Kinds[..2])
        {
            var (rates, latencies) = (new List<double>(), new List<double>());
            for (var round = 0; round <= rounds; round++)
            {
                report($"{AtOnce} at once, {name}: round {round} of {rounds}");
                var runs = await Task.WhenAll(
                    Enumerable.Range(0, AtOnce).Select(_ => host.RunAsync(orchestrator, cancellationToken, BetweenLooksAtMany)));

                // The first round grows what the others then use.
                if (round == 0) continue;
                latencies.AddRange(runs.Select(r => (r.Completed - r.Requested).TotalMilliseconds));
                rates.Add(AtOnce / (runs.Max(r => r.Completed) - runs.Min(r => r.Requested)).TotalSeconds);
            }

            Add($"{AtOnce} at once, {name}", latencies, "ms");
            Add($"{AtOnce} at once, {name}", rates, "1/s");
        }

        void Add(string name, IReadOnlyList<double> values, string unit)
        {
            // Of a rate the bad end is the low one.
            var (all, isRate) = (new Distribution(values), unit == "1/s");
            table.AddRow(
                name, all.Count.ToString(CultureInfo.InvariantCulture), Distribution.Text(all.Median),
                isRate ? "" : Distribution.Text(all.Percentile(95)),
                isRate ? $"least {Distribution.Text(all.Least)}" : Distribution.Text(all.Most), unit);
        }
    }
}
