using System.CommandLine;
using Shellbox.Benchmarks;
using Shellbox.Benchmarks.Connect;
using Shellbox.Benchmarks.Durable;
using Shellbox.Benchmarks.Load;
using Shellbox.Benchmarks.Polling;
using Shellbox.Benchmarks.Reconcile;
using Shellbox.Benchmarks.Recovery;
using Spectre.Console;

// A file has no width: tables get what they need.
if (Console.IsOutputRedirected)
    AnsiConsole.Profile.Width = 140;

// Without a limit: what was started is to be ended, guests and mounts among it.
return await new RootCommand("Side-by-side measurements of Shellbox. Each runs what it compares in one go and reports medians and spread.")
{
    ConnectBenchmark.CreateCommand(),
    TiersBenchmark.CreateCommand(),
    LoadBenchmark.CreateCommand(),
    ClaimBenchmark.CreateCommand(),
    EngineBenchmark.CreateCommand(),
    PollingBenchmark.CreateCommand(),
    RecoveryBenchmark.CreateCommand(),
    ReconcileBenchmark.CreateCommand(),
}
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
