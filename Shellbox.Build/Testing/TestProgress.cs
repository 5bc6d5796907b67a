using System.Diagnostics;

namespace Shellbox.Build.Testing;

/// <summary>Shows failures as they come, and every few seconds how far the tests are.</summary>
internal sealed class TestProgress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly string[] Routine = ["  Discovering:", "  Discovered:", "  Starting:", "  Finished:"];

    private readonly string _provider;
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly Timer _timer;
    private int _finished;
    private int _failures;

    public TestProgress(string provider)
    {
        _provider = provider;
        _timer = new Timer(_ => ShowCounts(), null, Interval, Interval);
    }

    /// <summary>Takes a line of xunit's verbose reporter.</summary>
    public void Show(string line)
    {
        if (line.EndsWith(" [STARTING]", StringComparison.Ordinal) || Routine.Any(r => line.StartsWith(r, StringComparison.Ordinal)))
            return;
        if (line.Contains(" [FINISHED] Time:", StringComparison.Ordinal))
        {
            _finished++;
            return;
        }

        if (line.EndsWith(" [FAIL]", StringComparison.Ordinal))
            _failures++;
        Say.Line(line);
    }

    public void Dispose() => _timer.Dispose();

    private void ShowCounts()
    {
        var seconds = (int)Stopwatch.GetElapsedTime(_began).TotalSeconds;
        Say.Line($"tests on {_provider}: {_finished} finished, {_failures} failed, {seconds} s");
    }
}
