using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks;

/// <summary>
/// What finding and taking a free instance costs, by the size of the pool: through the index of free instances, beside a scan of the pool
/// for a free row, as a table without that index would need. Nine of ten instances are taken, as in a pool that is in use.
/// </summary>
internal static class ClaimBenchmark
{
    private sealed record Sample(Distribution Milliseconds, double Transactions);

    public static Command CreateCommand()
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Pool sizes.",
            DefaultValueFactory = _ => [100, 1000, 10000],
            AllowMultipleArgumentsPerToken = true,
        };
        var count = new Option<int>("--n") { Description = "Claims per pool and way.", DefaultValueFactory = _ => 50 };
        var command = new Command("claim", "Cost of taking a free instance in pools of different sizes.") { sizes, count };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(sizes)!, result.GetValue(count), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int[] sizes, int count, CancellationToken cancellationToken)
    {
        if (count < 1 || sizes.Any(s => s < 10))
        {
            await Console.Error.WriteLineAsync("--n is at least 1, a pool at least 10.");
            return 2;
        }

        var state = Directory.CreateTempSubdirectory("shellbox-bench-");
        try
        {
            var paths = new CloudPaths(Repository.Root, state.FullName);
            await using var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken);

            var transactions = new CountingPolicy();
            var options = new TableClientOptions { Retry = { MaxRetries = 10 } };
            options.AddPolicy(transactions, HttpPipelinePosition.PerRetry);
            var tables = new StateTables(new TableServiceClient(azurite.ConnectionString, options));
            await tables.CreateIfMissingAsync(cancellationToken);

            var table = new Table().AddColumns("pool", "way", "n", "p50 ms", "p90 ms", "max ms", "transactions");
            var filled = 0;
            foreach (var size in sizes.Order())
            {
                await FillAsync(tables, filled, size, cancellationToken);
                filled = size;
                var instances = new InstanceStore(
                    tables,
                    TimeProvider.System,
                    new Activities.Audit.EventLog(tables, TimeProvider.System, NullLogger<Activities.Audit.EventLog>.Instance)
                );
                Add(table, size, "find by scan", await MeasureAsync(transactions, count, () => ScanAsync(tables, cancellationToken)));
                Add(
                    table,
                    size,
                    "find by index",
                    await MeasureAsync(transactions, count, () => instances.FindFreeAsync(cancellationToken))
                );
                Add(
                    table,
                    size,
                    "find, claim, free",
                    await MeasureAsync(transactions, count, () => ClaimAsync(instances, cancellationToken))
                );
            }

            AnsiConsole.Write(table);
            AnsiConsole.WriteLine("Table Storage: Azurite on this machine. Nine of ten instances are taken.");
            return 0;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task ClaimAsync(InstanceStore instances, CancellationToken cancellationToken)
    {
        var box = new BoxKey(new string('1', 32), "bench");
        var candidates = await instances.FindFreeAsync(cancellationToken);
        var row =
            await instances.TryClaimAsync(candidates[0], new BoxOperation(box, "op", new Epoch(1)), "vol", cancellationToken)
            ?? throw new InvalidOperationException("The claim was lost, though nobody else claims.");
        await instances.TryFreeAsync(row.Id, new BoxOperation(box, "op", new Epoch(1)), cancellationToken);
    }

    private static async Task ScanAsync(StateTables tables, CancellationToken cancellationToken)
    {
        await foreach (
            var _ in tables.Instances.QueryAsync<InstanceRow>(
                TableClient.CreateQueryFilter($"State eq {nameof(InstanceState.Free)} and RowKey ge {"a"}"),
                1,
                cancellationToken: cancellationToken
            )
        )
        {
            return;
        }
    }

    private static async Task<Sample> MeasureAsync(CountingPolicy transactions, int count, Func<Task> work)
    {
        for (var i = 0; i < 3; i++)
            await work();
        var times = new double[count];
        var before = transactions.Count;
        for (var i = 0; i < count; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await work();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return new Sample(new Distribution(times), (transactions.Count - before) / (double)count);
    }

    /// <summary>Adds instances and claims nine of ten.</summary>
    private static async Task FillAsync(StateTables tables, int from, int to, CancellationToken cancellationToken)
    {
        var instances = new InstanceStore(
            tables,
            TimeProvider.System,
            new Activities.Audit.EventLog(tables, TimeProvider.System, NullLogger<Activities.Audit.EventLog>.Instance)
        );
        await Parallel.ForAsync(
            from,
            to,
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken },
            async (n, token) =>
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"vm-{n:d5}");
                await instances.TryAddAsync(id, "/" + id, "127.0.0.1", "fingerprint", token);
                if (n % 10 != 0)
                    await instances.TryClaimAsync(
                        id,
                        new BoxOperation(new BoxKey(new string('0', 32), $"box{n}"), "op", new Epoch(1)),
                        "vol",
                        token
                    );
            }
        );
    }

    private static void Add(Table table, int size, string way, Sample sample) =>
        table.AddRow(
            size.ToString(CultureInfo.InvariantCulture),
            way,
            sample.Milliseconds.Count.ToString(CultureInfo.InvariantCulture),
            Distribution.Text(sample.Milliseconds.Median),
            Distribution.Text(sample.Milliseconds.Percentile(90)),
            Distribution.Text(sample.Milliseconds.Maximum),
            sample.Transactions.ToString("0.0", CultureInfo.InvariantCulture)
        );
}
