using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Durable;

/// <summary>
/// What Durable itself costs on the local host with the settings that ship, on both providers side by side: orchestrations whose activities
/// do nothing.
/// </summary>
internal static class EngineBenchmark
{
    private const int AtOnce = 500;
    private const int Thousands = 5;

    /// <summary>Longer than any interval in which queues are polled.</summary>
    private const int LongestPauseSeconds = 6;

    private static readonly (string Orchestrator, string Name)[] Kinds =
    [
        ("One", "1 activity"),
        ("Four", "4 in sequence"),
        ("Twenty", "20 in parallel"),
    ];

    public static Command CreateCommand()
    {
        var count = new Option<int>("--n")
        {
            Description = "Orchestrations of each kind and provider, one by one.",
            DefaultValueFactory = _ => 300,
        };
        var rounds = new Option<int>("--rounds") { Description = $"Rounds of {AtOnce} at once.", DefaultValueFactory = _ => 5 };
        var pauses = new Option<int>("--pauses") { Description = "Orchestrations after a pause.", DefaultValueFactory = _ => 40 };
        var command = new Command("engine", "Durable on the local host, on Azure Storage and on SQLite: from POST to result.")
        {
            count,
            rounds,
            pauses,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(result.GetValue(count), result.GetValue(rounds), result.GetValue(pauses), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int count, int rounds, int pauses, CancellationToken cancellationToken)
    {
        if (count < 1 || rounds < 1 || pauses < 1)
        {
            await Console.Error.WriteLineAsync("--n, --rounds and --pauses are at least 1.");
            return 2;
        }

        var table = new Table();
        table.AddColumn("orchestration");
        table.AddColumn("kept in");
        foreach (var column in (string[])["n", "p50", "p95", "p99", "most", "unit"])
            table.AddColumn(column, c => c.Alignment(Justify.Right));
        var state = Directory.CreateTempSubdirectory("shellbox-bench-");
        try
        {
            var paths = new CloudPaths(Repository.Root, state.FullName);
            await using var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken);
            await using var azure = await StartAsync(DurableStorage.AzureStorage, 1);
            await using var sqlite = await StartAsync(DurableStorage.Sqlite, 2);
            (string Name, DurableHost Host)[] hosts =
            [
                (DurableStorageNames.ForPeople(DurableStorage.AzureStorage), azure),
                (DurableStorageNames.ForPeople(DurableStorage.Sqlite), sqlite),
            ];
            await AnsiConsole
                .Status()
                .StartAsync(
                    "...",
                    async status =>
                        await MeasureAsync(hosts, table, (count, rounds, pauses), text => status.Status(text), cancellationToken)
                );

            Task<DurableHost> StartAsync(DurableStorage durable, int number) =>
                DurableHost.StartAsync(
                    paths,
                    azurite.ConnectionString,
                    new Dictionary<string, string> { [DurableStorageNames.Setting] = DurableStorageNames.InHostJson(durable) },
                    cancellationToken,
                    number
                );
        }
        finally
        {
            state.Delete(recursive: true);
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"./shellbox bench engine --n {count} --rounds {rounds} --pauses {pauses}: from the POST to the answer with "
                    + $"the result, the providers by turns; Azurite; "
                    + $"{Environment.ProcessorCount} processors. {LoadAverage.Text()}."
            )
        );
        return 0;
    }

    private static async Task MeasureAsync(
        IReadOnlyList<(string Name, DurableHost Host)> hosts,
        Table table,
        (int Each, int Rounds, int Pauses) counts,
        Action<string> report,
        CancellationToken cancellationToken
    )
    {
        // The first ones pay for the JIT.
        for (var i = 0; i < 20; i++)
        {
            foreach (var (orchestrator, _) in Kinds)
            {
                foreach (var (_, host) in hosts)
                    await host.AnswerAsync(orchestrator, cancellationToken);
            }
        }

        var times = new Dictionary<(string Kind, string Provider), List<double>>();
        for (var i = 1; i <= counts.Each; i++)
        {
            report($"{i} of {counts.Each}");
            foreach (var (orchestrator, name) in Kinds)
                await EachAsync(name, orchestrator);
        }

        for (var i = 1; i <= Thousands; i++)
        {
            report($"fan-out of 1,000: {i} of {Thousands}");
            await EachAsync("1,000 in parallel", "Thousand");
        }

        var random = new Random(1);
        for (var i = 1; i <= counts.Pauses; i++)
        {
            report($"after a pause: {i} of {counts.Pauses}");
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * LongestPauseSeconds), cancellationToken);
            await EachAsync("1 activity, after a pause", "One");
        }

        var rates = new Dictionary<(string Kind, string Provider), List<double>>();
        for (var round = 0; round <= counts.Rounds; round++)
        {
            report($"{AtOnce} at once: round {round} of {counts.Rounds}");
            foreach (var (provider, host) in hosts)
            {
                var start = Stopwatch.GetTimestamp();
                var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => host.AnswerAsync("One", cancellationToken)));

                // The first round grows what the others then use.
                if (round == 0)
                    continue;
                Of(rates, $"{AtOnce} at once, 1 activity", provider).Add(AtOnce / Stopwatch.GetElapsedTime(start).TotalSeconds);
                Of(times, $"{AtOnce} at once, 1 activity", provider).AddRange(answers.Select(a => a.TotalMilliseconds));
            }
        }

        foreach (var ((kind, provider), values) in times)
            Add(kind, provider, new Distribution(values));
        foreach (var ((kind, provider), values) in rates)
        {
            var all = new Distribution(values);
            table.AddRow(
                kind,
                provider,
                all.Count.ToString(CultureInfo.InvariantCulture),
                Distribution.Text(all.Median),
                "",
                "",
                $"least {Distribution.Text(all.Minimum)}",
                "1/s"
            );
        }

        async Task EachAsync(string kind, string orchestrator)
        {
            foreach (var (provider, host) in hosts)
            {
                Of(times, kind, provider).Add((await host.AnswerAsync(orchestrator, cancellationToken)).TotalMilliseconds);
            }
        }

        void Add(string kind, string provider, Distribution all) =>
            table.AddRow(
                kind,
                provider,
                all.Count.ToString(CultureInfo.InvariantCulture),
                Distribution.Text(all.Median),
                all.TailPercent >= 95 ? Distribution.Text(all.Percentile(95)) : "-",
                all.TailPercent is 99 ? Distribution.Text(all.Percentile(99)) : "-",
                Distribution.Text(all.Maximum),
                "ms"
            );
    }

    private static List<double> Of(Dictionary<(string, string), List<double>> all, string kind, string provider)
    {
        if (!all.TryGetValue((kind, provider), out var values))
            all[(kind, provider)] = values = [];
        return values;
    }
}
