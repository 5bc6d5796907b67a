using System.CommandLine;
using System.Globalization;
using Shellbox.AzureSimulator;
using Shellbox.Contracts.Reconciliation;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Reconcile;

/// <summary>
/// What a run of the reconciler costs by the size of the fleet: the app as it ships, in processes of its own whose memory is theirs
/// alone, against Azurite and the simulated Azure with Resource Graph's real quota of 15 queries in 5 s. Nothing is wrong in the fleet,
/// so every row and resource is compared and nothing repaired.
/// </summary>
internal static class ReconcileBenchmark
{
    private sealed record Sample(
        ReconciliationReport Report,
        double MegabytesBefore,
        double MegabytesPeak,
        double HostBefore,
        double HostPeak
    )
    {
        public double Seconds => (Report.FinishedAt - Report.StartedAt).TotalSeconds;
    }

    public static Command CreateCommand()
    {
        var sizes = new Option<int[]>("--sizes")
        {
            Description = "Resources of the fleets.",
            DefaultValueFactory = _ => [1000, 10_000, 50_000],
            AllowMultipleArgumentsPerToken = true,
        };
        var runs = new Option<int>("--runs") { Description = "Runs of each.", DefaultValueFactory = _ => 1 };
        var command = new Command("reconcile", "Queries, time and memory of a run of the reconciler, by the size of the fleet.")
        {
            sizes,
            runs,
        };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(sizes)!, result.GetValue(runs), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int[] sizes, int runs, CancellationToken cancellationToken)
    {
        if (runs < 1 || sizes.Any(s => s is < 10 or > 200_000))
        {
            await Console.Error.WriteLineAsync("A fleet has from 10 to 200,000 resources, and there is at least one run.");
            return 2;
        }

        var table = new Table().AddColumns(
            "resources",
            "rows",
            "queries",
            "findings",
            "s",
            "ms a resource",
            "worker peak MB",
            "of which before",
            "host peak MB",
            "of which before"
        );
        foreach (var size in sizes)
        {
            foreach (var sample in await MeasureAsync(size, runs, cancellationToken))
            {
                var report = sample.Report;
                table.AddRow(
                    Text(report.Resources),
                    Text(report.Rows),
                    Text(report.Queries),
                    Text(report.Found + report.Skipped.Sum(s => s.Count)),
                    Distribution.Text(sample.Seconds),
                    Distribution.Text(1000 * sample.Seconds / report.Resources),
                    Distribution.Text(sample.MegabytesPeak),
                    Distribution.Text(sample.MegabytesBefore),
                    Distribution.Text(sample.HostPeak),
                    Distribution.Text(sample.HostBefore)
                );
            }
        }

        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Table Storage: Azurite on this machine, which also runs the simulator; {Environment.ProcessorCount} processors. "
                    + $"Memory: the most resident (VmHWM). {LoadAverage.Text()}."
            )
        );
        return 0;

        static string Text(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
    }

    private static async Task<IReadOnlyList<Sample>> MeasureAsync(int resources, int runs, CancellationToken cancellationToken)
    {
        var state = Directory.CreateTempSubdirectory("shellbox-bench-");
        try
        {
            var paths = new CloudPaths(Repository.Root, state.FullName);
            await SshKeyGenerator.EnsureAsync(paths.InstanceKey, "instances", cancellationToken);
            await using var azurite = await BenchmarkAzurite.StartAsync(paths, cancellationToken);
            var defaults = new AzureSimulatorOptions();
            var fleet = new ReconcileFleet(resources, defaults.SubscriptionId, defaults.ResourceGroup);
            AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{resources:#,0} resources: filling the tables ..."));
            await fleet.WriteTablesAsync(azurite.ConnectionString, cancellationToken);
            await using var azure = await SimulatedAzure.StartAsync(
                new AzureSimulatorOptions { Fleet = fleet.Describe() },
                cancellationToken
            );
            var settings = BenchmarkApp.Settings(paths, azurite, azure) with
            {
                Overrides = new Dictionary<string, string>
                {
                    ["Shellbox:Reconcile:AgeGuard"] = "00:00:00",
                    ["Shellbox:Reconcile:Probes"] = "0",
                },
            };
            await using var app = await BenchmarkApp.StartAsync(paths, azure, settings, cancellationToken);

            // The host, which keeps the orchestration, is measured apart: the app's own code runs in the worker.
            var (host, worker) = (app.Host.Id, app.Host.Workers.Single());
            var (before, hostBefore) = (Megabytes(worker), Megabytes(host));
            var samples = new List<Sample>();
            for (var run = 0; run < runs; run++)
            {
                AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{resources:#,0} resources: run {run + 1} ..."));
                var report = await ReconcileAsync(app, cancellationToken);
                samples.Add(new Sample(report, before, Megabytes(worker), hostBefore, Megabytes(host)));
            }

            return samples;
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task<ReconciliationReport> ReconcileAsync(BenchmarkApp app, CancellationToken cancellationToken)
    {
        // A run may take longer than a request may wait.
        var started = await app.Api.ReconcileAsync(dryRun: false, TimeSpan.Zero, cancellationToken);
        return (await app.Watcher.WaitAsync(started, "reconciliation", onProgress: null, cancellationToken)).Read();
    }

    /// <summary>The most resident memory that a process has had, in MB (10^6 bytes).</summary>
    private static double Megabytes(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
