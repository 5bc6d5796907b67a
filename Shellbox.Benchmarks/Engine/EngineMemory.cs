using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Shellbox.Benchmarks.Engine;

/// <summary>How much memory an engine takes that has very many orchestrations to look after: in a process that does nothing else.</summary>
internal static class EngineMemory
{
    public const int Instances = 100_000;

    /// <summary>Scheduled, and not begun.</summary>
    public const string Pending = "pending";

    /// <summary>Begun, and waiting for an event.</summary>
    public const string Waiting = "waiting";

    public static IReadOnlyList<string> Kinds { get; } = [Pending, Waiting];

    /// <summary>What the child process runs; it prints its resident memory in MB.</summary>
    public static Command CreateCommand()
    {
        var kind = new Argument<string>("kind");
        kind.AcceptOnlyFromAmong([.. Kinds]);
        var command = new Command("memory", "Prints the resident memory in MB of an engine with very many instances.") { kind };
        command.Hidden = true;
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(kind)!, cancellationToken));
        return command;
    }

    /// <returns>Resident memory in MB (10^6 bytes).</returns>
    public static async Task<double> MeasureAsync(string kind, CancellationToken cancellationToken)
    {
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(EngineMemory).Assembly.Location, "engine", "memory", kind },
            RedirectStandardOutput = true,
        })!;
        var output = await child.StandardOutput.ReadToEndAsync(cancellationToken);
        await child.WaitForExitAsync(cancellationToken);
        return child.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The process that measures memory ended with {child.ExitCode}.");
    }

    private static async Task<int> RunAsync(string kind, CancellationToken cancellationToken)
    {
        await using var host = await EngineHost.StartAsync("FULL", cancellationToken);
        var options = new StartOrchestrationOptions(null, kind == Pending ? TimeProvider.System.GetUtcNow().AddDays(1) : null);
        await Parallel.ForAsync(0, Instances, new ParallelOptions { MaxDegreeOfParallelism = 256, CancellationToken = cancellationToken }, async (_, token) =>
        {
            var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(nameof(EngineFunctions.Wait), options, token);
            if (kind == Waiting) await host.Client.WaitForInstanceStartAsync(id, token);
        });
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        await Console.Out.WriteLineAsync((process.WorkingSet64 / 1e6).ToString("0", CultureInfo.InvariantCulture));
        return 0;
    }
}
