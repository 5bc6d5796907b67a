using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Shellbox.LocalHost.Worker;

/// <summary>The app in a process of its own, as Azure runs it. It ends with the host, even when that is killed (<see cref="StartupHook"/>).</summary>
internal sealed partial class WorkerProcess : IAsyncDisposable
{
    /// <summary>How much of its last output is kept, for a worker that dies without a log entry.</summary>
    private const int KeptLines = 12;

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _openOutputs = 2;

    private WorkerProcess(Process process, ILogger logger)
    {
        _process = process;
        _logger = logger;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Completes when the process has ended and all its output has been read.</summary>
    public async Task WaitForExitAsync()
    {
        await _process.WaitForExitAsync();

        // A child of the worker may hold its output open for longer than it lives itself.
        await Task.WhenAny(_outputEnded.Task, Task.Delay(TimeSpan.FromSeconds(1)));
    }

    /// <summary>How it ended, with its last words.</summary>
    public string Obituary()
    {
        var code = _process.ExitCode;
        var how = code > 128
            ? string.Create(CultureInfo.InvariantCulture, $"was killed by signal {code - 128}")
            : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {code}");
        lock (_lastLines) return _lastLines.Count == 0 ? $"{how}, and said nothing." : $"{how}. Its last output:\n  {string.Join("\n  ", _lastLines)}";
    }

    /// <summary>Starts the app's worker.</summary>
    /// <param name="app">The app.</param>
    /// <param name="settings">The app's settings, as environment variables over those of this process.</param>
    /// <param name="workerId">The id that it has to connect with.</param>
    /// <param name="host">Where it connects.</param>
    /// <param name="logger">Gets its output.</param>
    /// <exception cref="WorkerStartException">It cannot be started.</exception>
    public static WorkerProcess Start(WorkerApp app, IReadOnlyDictionary<string, string> settings, string workerId, Uri host, ILogger logger)
    {
        var start = new ProcessStartInfo(app.Executable)
        {
            WorkingDirectory = app.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
        [
            app.Assembly, "--functions-uri", host.ToString(), "--functions-worker-id", workerId, "--functions-request-id", workerId,
            "--functions-grpc-max-message-length", int.MaxValue.ToString(CultureInfo.InvariantCulture),
        ])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in settings) start.Environment[name] = value;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Directory;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = WorkerApp.Runtime;
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        try
        {
            var worker = new WorkerProcess(new Process { StartInfo = start }, logger);
            worker.Run();
            return worker;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new WorkerStartException($"'{app.Executable}', which runs the app, cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Ends it at once, with what it has started.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Waits until it has ended by itself; kills it when it takes longer.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Kill();
        await WaitForExitAsync();
        _process.Dispose();
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _openOutputs) == 0) _outputEnded.TrySetResult();
            return;
        }

        if (string.IsNullOrWhiteSpace(line)) return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line.TrimEnd());
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
        }

        LogOutput(line.TrimEnd());
    }

    [LoggerMessage(901, LogLevel.Information, "{Line}")]
    private partial void LogOutput(string line);
}
