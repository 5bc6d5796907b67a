using System.Diagnostics;

namespace Shellbox.Build.Processes;

/// <summary>Runs the programs that do the work, in the root of the checkout.</summary>
internal sealed class ToolRunner(Repository repository, Interruption interruption)
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="onLine">Gets each line of output and errors, one at a time.</param>
    /// <param name="stop">How it is asked to end.</param>
    /// <param name="cancellationToken">Asks it to end, and waits until it has.</param>
    /// <returns>Its exit code; 127 where there is no such program.</returns>
    public async Task<int> RunAsync(
        IReadOnlyList<string> command,
        Action<string> onLine,
        StopSignal stop = StopSignal.Terminate,
        CancellationToken cancellationToken = default
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(command);
        void Ask() => Signal(process, stop, command[0] == RootAccess.Sudo);
        interruption.Repeated += Ask;
        try
        {
            await using var registration = cancellationToken.Register(Ask);
            await Task.WhenAll(PassOnAsync(process.StandardOutput), PassOnAsync(process.StandardError));
            await process.WaitForExitAsync(CancellationToken.None);
        }
        finally
        {
            interruption.Repeated -= Ask;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return process.ExitCode;

        async Task PassOnAsync(StreamReader reader)
        {
            while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
            {
                lock (process)
                    onLine(line);
            }
        }
    }

    /// <summary>Runs a command for what it prints, output and errors in one.</summary>
    public async Task<(int ExitCode, List<string> Lines)> ReadAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var exitCode = await RunAsync(command, lines.Add, cancellationToken: cancellationToken);
        return (exitCode, lines);
    }

    /// <summary>Runs a command with its output in a file, and gives its exit code.</summary>
    public async Task<int> LogAsync(string log, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await using var writer = new StreamWriter(log) { AutoFlush = true };
        return await RunAsync(command, writer.WriteLine, cancellationToken: cancellationToken);
    }

    /// <summary>Runs a command with its output in a log, which is shown when it fails.</summary>
    /// <exception cref="BuildException">It failed.</exception>
    public async Task QuietlyAsync(string name, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var log = Log(name);
        if (await LogAsync(log, command, cancellationToken) != 0)
            throw new BuildException($"Failed: {string.Join(' ', command)}\n{await File.ReadAllTextAsync(log, cancellationToken)}");
    }

    public string Log(string name) => repository.File("artifacts", "logs", $"{name}.log");

    /// <summary>In a session of its own: at Ctrl-C the terminal signals this program alone, which asks each tool in its way.</summary>
    private Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("setsid", command)
        {
            WorkingDirectory = repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>By the shell's own kill: .NET cannot send a signal, and another user's process takes sudo.</summary>
    private static void Signal(Process process, StopSignal stop, bool sudo)
    {
        // sudo passes it on; xunit ends its own children in order.
        var target = sudo || stop == StopSignal.Interrupt ? process.Id : -process.Id;
        var kill = $"kill -{(stop == StopSignal.Interrupt ? "INT" : "TERM")} {target} 2>/dev/null";
        using var shell = sudo ? Process.Start(RootAccess.Sudo, ["-n", "sh", "-c", kill]) : Process.Start("sh", ["-c", kill]);
        shell.WaitForExit();
    }
}
