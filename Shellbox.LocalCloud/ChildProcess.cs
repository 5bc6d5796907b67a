using System.ComponentModel;
using System.Diagnostics;

namespace Shellbox.LocalCloud;

/// <summary>
/// A process of the local cloud. It has a session of its own, so that Ctrl-C ends the cloud in order and not all parts at once, and it
/// writes to its log file itself, so that the log outlives this process.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int TailLines = 12;

    // setsid makes the session, the shell opens the log, and exec leaves one process with the id that was started.
    private const string OpenLogAndRun = """log=$1; shift; exec "$@" >>"$log" 2>&1 </dev/null""";

    private readonly Process _process;
    private readonly TimeSpan _grace;

    private ChildProcess(string name, string logFile, Process process, TimeSpan grace)
    {
        Name = name;
        LogFile = logFile;
        _process = process;
        _grace = grace;
    }

    /// <summary>What people call it: "the Azure simulator".</summary>
    public string Name { get; }

    public string LogFile { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Of a process that has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public static ChildProcess Start(ChildCommand command, string logDirectory)
    {
        Directory.CreateDirectory(logDirectory);
        var logFile = Path.Combine(logDirectory, command.LogName);
        File.WriteAllText(logFile, "");
        var startInfo = new ProcessStartInfo("setsid", ["sh", "-c", OpenLogAndRun, "sh", logFile, .. command.CommandLine]);
        foreach (var (variable, value) in command.Environment)
        {
            startInfo.Environment[variable] = value;
        }

        try
        {
            return new ChildProcess(command.Name, logFile, Process.Start(startInfo)!, command.Grace);
        }
        catch (Win32Exception failure)
        {
            throw new LocalCloudException("setsid is missing. Install it with 'apt-get install util-linux'.", failure);
        }
    }

    /// <summary>Completes when the process ends, by itself or stopped.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>What to throw for an end that nobody asked for: the exit code and what the log says last.</summary>
    public LocalCloudException UnexpectedExit()
    {
        var tail = Tail();
        return new LocalCloudException(
            $"{Capitalized(Name)} ended unexpectedly with exit code {_process.ExitCode}. "
                + (tail.Length == 0 ? $"Its log {LogFile} is empty." : $"The end of its log {LogFile}:\n{tail}")
        );
    }

    /// <summary>The last lines of its log.</summary>
    public string Tail()
    {
        try
        {
            return string.Join('\n', File.ReadLines(LogFile).Where(l => l.Trim().Length > 0).TakeLast(TailLines).Select(l => "  " + l));
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>SIGTERM, then SIGKILL when the grace period is over.</summary>
    public async Task StopAsync(TimeProvider time)
    {
        if (_process.HasExited)
        {
            return;
        }

        Signals.SendTerminate(_process.Id);
        using var patience = new CancellationTokenSource(_grace, time);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeProvider.System);
        _process.Dispose();
    }

    private static string Capitalized(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
