using System.Diagnostics;

namespace Shellbox.Build.Testing;

/// <summary>Shows failures as they come, and every few seconds how far the tests are.</summary>
internal sealed class TestProgress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly string[] Routine = ["  Discovering:", "  Discovered:", "  Starting:", "  Finished:"];

    private readonly string provider;
    private readonly long began = Stopwatch.GetTimestamp();
    private readonly Timer timer;
    private int finished;
    private int failures;

    public TestProgress(string provider)
    {
        this.provider = provider;
        timer = new Timer(_ => ShowCounts(), null, Interval, Interval);
    }

    /// <summary>Takes a line of xunit's verbose reporter.</summary>
    public void Show(string line)
    {
        if (line.EndsWith(" [STARTING]", StringComparison.Ordinal) || Routine.Any(r => line.StartsWith(r, StringComparison.Ordinal)))
            return;
        if (line.Contains(" [FINISHED] Time:", StringComparison.Ordinal))
        {
            finished++;
            return;
        }

        if (line.EndsWith(" [FAIL]", StringComparison.Ordinal))
            failures++;
        Say.Line(line);
    }

    public void Dispose() => timer.Dispose();

    private void ShowCounts()
    {
        var seconds = (int)Stopwatch.GetElapsedTime(began).TotalSeconds;
        Say.Line($"tests on {provider}: {finished} finished, {failures} failed, {seconds} s");
    }
}
