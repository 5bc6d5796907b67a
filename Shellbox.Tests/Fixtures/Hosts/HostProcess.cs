using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Shellbox.LocalCloud;
using Shellbox.LocalHost;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>A local host as a process of its own, as <c>./shellbox up</c> runs it: for tests that stop or kill it.</summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    public string Output => string.Join('\n', _output);

    /// <summary>Starts it and waits until it serves, on a port of its own choice.</summary>
    public static async Task<HostProcess> StartAsync(string app, string stateDirectory, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])[typeof(FunctionsHost).Assembly.Location, "--app", app, "--state", stateDirectory, "--port", "0"]
        )
        {
            start.ArgumentList.Add(argument);
        }

        // Neither the host nor its worker lives long enough for that to pay.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        var host = new HostProcess(new Process { StartInfo = start });
        host._process.OutputDataReceived += (_, e) => host.Read(e.Data);
        host._process.ErrorDataReceived += (_, e) => host.Read(e.Data);
        host._process.Start();
        host._process.BeginOutputReadLine();
        host._process.BeginErrorReadLine();
        var ended = host._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(host._ready.Task, ended) == ended)
            Assert.Fail($"The host ended before it was ready: {host.Output}");
        host.Address = await host._ready.Task;
        return host;
    }

    /// <summary>Sends SIGTERM and waits for the end; gives the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        Signals.SendTerminate(_process.Id);
        return await WaitAsync();
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Kills it alone with SIGKILL, and waits until its worker has noticed.</summary>
    public async Task KillAsync()
    {
        var workers = Children();
        Assert.NotEmpty(workers);
        _process.Kill();
        await _process.WaitForExitAsync();
        await Wait.UntilAsync(() => workers.Count(IsRunning), running => running == 0, "the worker ends with its host");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The kernel lists a child under the thread that started it.</summary>
    private List<int> Children() =>
        [
            .. Directory
                .GetDirectories($"/proc/{_process.Id}/task")
                .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
        ];

    private static bool IsRunning(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (ReadyAt().Match(line) is { Success: true } ready)
            _ready.TrySetResult(new Uri(ready.Groups[1].Value));
    }

    [GeneratedRegex("Ready at (http://\\S+/):", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadyAt();
}
