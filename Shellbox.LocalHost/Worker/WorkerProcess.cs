using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Shellbox.LocalHost.Worker;

/// <summary>
/// The app in a process of its own, as Azure runs it. It ends with the host, even when that is killed (<see cref="StartupHook"/>).
/// </summary>
internal sealed partial class WorkerProcess : IWorker
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

    public int ProcessId { get; private set; }

    /// <inheritdoc />
    /// <remarks>All its output has been read then.</remarks>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <inheritdoc />
    /// <remarks>With its last words.</remarks>
    public string DescribeExit()
    {
        var code = _process.ExitCode;
        var how =
            code > 128
                ? string.Create(CultureInfo.InvariantCulture, $"was killed by signal {code - 128}")
                : string.Create(CultureInfo.InvariantCulture, $"ended with exit code {code}");
        lock (_lastLines)
            return _lastLines.Count == 0 ? $"{how}, and said nothing." : $"{how}. Its last output:\n  {string.Join("\n  ", _lastLines)}";
    }

    /// <summary>Starts the app's worker.</summary>
    /// <param name="app">The app.</param>
    /// <param name="start">What it needs; the settings become environment variables over those of this process.</param>
    /// <param name="logger">Gets its output.</param>
    /// <exception cref="WorkerStartException">It cannot be started.</exception>
    public static WorkerProcess Start(WorkerApp app, WorkerStart start, ILogger logger)
    {
        var info = new ProcessStartInfo(app.Executable)
        {
            WorkingDirectory = app.Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var argument in (string[])
                [
                    app.Assembly,
                    "--functions-uri",
                    start.Host.ToString(),
                    "--functions-worker-id",
                    start.WorkerId,
                    "--functions-request-id",
                    start.WorkerId,
                    "--functions-grpc-max-message-length",
                    int.MaxValue.ToString(CultureInfo.InvariantCulture),
                ]
        )
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in start.Settings)
            info.Environment[name] = value;
        info.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Directory;
        info.Environment["FUNCTIONS_WORKER_RUNTIME"] = WorkerApp.Runtime;
        info.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        try
        {
            var worker = new WorkerProcess(new Process { StartInfo = info }, logger);
            worker.Run();
            return worker;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new WorkerStartException($"'{app.Executable}', which runs the app, cannot be started: {e.Message}", e);
        }
    }

    /// <inheritdoc />
    /// <remarks>With what it has started.</remarks>
    public void Kill() => _process.Kill(entireProcessTree: true);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            Kill();
        await Ended;
        _process.Dispose();
    }

    private void Run()
    {
        _process.OutputDataReceived += (_, e) => Read(e.Data);
        _process.ErrorDataReceived += (_, e) => Read(e.Data);
        _process.Start();
        ProcessId = _process.Id;
        Ended = WaitForExitAsync();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private async Task WaitForExitAsync()
    {
        await _process.WaitForExitAsync();

        // A child of the worker may hold its output open for longer than it lives itself.
        await Task.WhenAny(_outputEnded.Task, Task.Delay(TimeSpan.FromSeconds(1)));
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            if (Interlocked.Decrement(ref _openOutputs) == 0)
                _outputEnded.TrySetResult();
            return;
        }

        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (_lastLines)
        {
            _lastLines.Enqueue(line.TrimEnd());
            if (_lastLines.Count > KeptLines)
                _lastLines.Dequeue();
        }

        LogOutput(line.TrimEnd());
    }

    [LoggerMessage(901, LogLevel.Information, "{Line}")]
    private partial void LogOutput(string line);
}
