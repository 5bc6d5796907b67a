using System.Diagnostics;
using Xunit;

namespace Shellbox.Tests.Fixtures;

/// <summary>A program that has ended: what it said, and how it ended.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a program to its end. A cancelled run is killed.</summary>
    public static async Task<ProgramRun> OfAsync(
        string program,
        IEnumerable<string> arguments,
        string input = "",
        IReadOnlyDictionary<string, string>? environment = null,
        Action<Process>? started = null,
        CancellationToken cancellation = default
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        using var process = Process.Start(start)!;
        try
        {
            started?.Invoke(process);
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input: its exit code tells.
            }

            await process.WaitForExitAsync(cancellation);
            return new ProgramRun(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    /// <summary>The output of a program that must succeed.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Output}");
        return Output;
    }
}
