using System.ComponentModel;
using System.Diagnostics;

namespace Shellbox.Cli.LocalCloud;

/// <summary>
/// A process of the local cloud. It has a session of its own, so that Ctrl-C ends the cloud in order and not all parts at once, and it
/// writes to its log file itself, so that the log outlives this process.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int TailLines = 12;

    // setsid makes the session, the shell opens the log, and exec leaves one process with the id that was started.
    private const string OpenLogAndRun = """log=$1; shift; exec "$@" >>"$log" 2>&1 </dev/null""";

    private readonly Process process;
    private readonly TimeSpan grace;

    private ChildProcess(string name, string logFile, Process process, TimeSpan grace)
    {
        Name = name;
        LogFile = logFile;
        this.process = process;
        this.grace = grace;
    }

    /// <summary>What people call it: "the Azure simulator".</summary>
    public string Name { get; }

    public string LogFile { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Of a process that has ended.</summary>
    public int ExitCode => process.ExitCode;

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
            throw new CliException(Cli.ExitCode.Failed, "setsid is missing. Install it with 'apt-get install util-linux'.", failure);
        }
    }

    /// <summary>Completes when the process ends, by itself or stopped.</summary>
    public Task WaitForExitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <summary>One message about an end that nobody asked for: the exit code and what the log says last.</summary>
    public CliException Died()
    {
        var tail = Tail();
        return new CliException(
            Cli.ExitCode.Failed,
            $"{Capitalised(Name)} ended unexpectedly with exit code {process.ExitCode}. "
                + (tail.Length == 0 ? $"Its log {LogFile} is empty." : $"The end of its log {LogFile}:\n{tail}")
        );
    }

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
        if (process.HasExited)
        {
            return;
        }

        Signals.SendTerminate(process.Id);
        using var patience = new CancellationTokenSource(grace, time);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeProvider.System);
        process.Dispose();
    }

    private static string Capitalised(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
