using System.Diagnostics;
using Shellbox.Build.Processes;

namespace Shellbox.Build.Testing;

/// <summary>Checks that run beside the tests, which spend much of their time waiting.</summary>
internal sealed class ParallelChecks(ToolRunner tools, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<(string Name, Task<Outcome> Outcome)> _checks = [];

    public void Begin(string name, IReadOnlyList<string> command) => _checks.Add((name, RunAsync(name, command)));

    /// <summary>Waits for all of them, says how each went, and counts it.</summary>
    public async Task EndAsync(TestTally tally)
    {
        foreach (var (name, outcome) in _checks)
        {
            var (exitCode, elapsed) = await outcome;
            Say.Line($"{name}: {(exitCode == 0 ? "ok" : "FAILED")} ({(int)elapsed.TotalSeconds} s)");
            if (exitCode == 0)
            {
                tally.Passed++;
                continue;
            }

            tally.Failed++;
            Say.Line((await File.ReadAllTextAsync(tools.Log(name), cancellationToken)).TrimEnd());
        }
    }

    /// <summary>Ends those that still run: the tests have stopped early.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var (_, outcome) in _checks)
            await ((Task)outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task<Outcome> RunAsync(string name, IReadOnlyList<string> command)
    {
        var began = Stopwatch.GetTimestamp();
        var exitCode = await tools.LogAsync(tools.Log(name), command, _stop.Token);
        return new Outcome(exitCode, Stopwatch.GetElapsedTime(began));
    }

    private readonly record struct Outcome(int ExitCode, TimeSpan Elapsed);
}
