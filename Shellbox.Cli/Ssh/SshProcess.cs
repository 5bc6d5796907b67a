using System.ComponentModel;
using System.Diagnostics;

namespace Shellbox.Cli.Ssh;

/// <summary>Runs <c>ssh</c> in the foreground of this terminal.</summary>
internal static class SshProcess
{
    /// <summary>Hands the terminal to ssh until it ends.</summary>
    /// <returns>ssh's exit code: the remote command's own, or 255 when ssh itself failed.</returns>
    /// <remarks>Ctrl-C reaches ssh directly (same process group); this process only waits, so that ssh can restore the terminal.</remarks>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        using var process = Start(new ProcessStartInfo("ssh", arguments));
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }

    /// <summary>Runs a remote command and returns what it wrote.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> CaptureAsync(
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(
            new ProcessStartInfo("ssh", arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        );
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static Process Start(ProcessStartInfo startInfo)
    {
        try
        {
            return Process.Start(startInfo)!;
        }
        catch (Win32Exception failure)
        {
            throw new CliException(
                ExitCode.Failed,
                "ssh is missing. Install it with 'apt-get install openssh-client', then connect again.",
                failure
            );
        }
    }
}
