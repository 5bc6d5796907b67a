using System.CommandLine;
using System.Globalization;
using Shellbox.LocalCloud;
using Spectre.Console;

namespace Shellbox.Benchmarks.Connect;

/// <summary>The old flow, the stages proposed for it, and ours in each tier, in one run against the same simulated Azure.</summary>
internal static class ConnectBenchmark
{
    public static Command CreateCommand()
    {
        var count = new Option<int>("--n") { Description = "Connects a flow.", DefaultValueFactory = _ => 20 };
        var scale = new Option<double>("--time-scale")
        {
            Description = "What Azure's waits are divided by; 1 is real time (about 10 minutes with --n 4).",
            DefaultValueFactory = _ => 20,
        };
        var seed = new Option<int>("--seed") { Description = "Of the durations that the simulator draws.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "connect",
            "The old flow, the stages proposed for it, and Shellbox in each tier, from the request to the SSH banner."
        )
        {
            count,
            scale,
            seed,
        };
        command.SetAction(
            (result, cancellationToken) =>
                RunAsync(result.GetValue(count), result.GetValue(scale), result.GetValue(seed), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(int count, double scale, int seed, CancellationToken cancellationToken)
    {
        if (count < 1 || scale is not (> 0 and <= 100))
        {
            await Console.Error.WriteLineAsync("--n is at least 1, --time-scale above 0 and at most 100.");
            return 2;
        }

        var flows = new List<FlowResult>();
        await AnsiConsole
            .Status()
            .StartAsync(
                "...",
                async status =>
                {
                    foreach (var flow in BaselineFlow.All)
                    {
                        status.Status(Markup.Escape($"{flow.Name} ({count} connects)"));
                        flows.Add(await flow.MeasureAsync(count, scale, seed, cancellationToken));
                    }

                    flows.AddRange(
                        await ShellboxFlow.MeasureAsync(
                            count,
                            scale,
                            seed,
                            DurableStorage.AzureStorage,
                            progress => status.Status(Markup.Escape($"Shellbox: {progress}")),
                            cancellationToken
                        )
                    );
                }
            );

        var command = string.Create(
            CultureInfo.InvariantCulture,
            $"./shellbox bench connect --n {count} --time-scale {scale} --seed {seed}"
        );
        var report = new ConnectReport(flows, scale, seed, command);
        report.Write();
        var directory = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "bench")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "connect.md"), report.ToMarkdown(), cancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "connect.svg"),
            RangeChart.Draw(
                "From the request to the SSH banner",
                $"{command}; simulated Azure; real storage, SSH and QEMU ({ConnectReport.Accelerator}) on "
                    + $"{Environment.ProcessorCount} processors",
                [.. report.Totals]
            ),
            cancellationToken
        );
        AnsiConsole.WriteLine("Written: artifacts/bench/connect.md and connect.svg");
        return 0;
    }
}
