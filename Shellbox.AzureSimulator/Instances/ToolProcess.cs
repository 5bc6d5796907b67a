using System.Diagnostics;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>Runs one of the machine's tools to its end.</summary>
internal static class ToolProcess
{
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="environment">The whole environment; null passes on this process's own.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="input">What it reads from its standard input.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<ScriptResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingDirectory = null,
        string input = "",
        CancellationToken cancellationToken = default
    )
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? "/",
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new IOException($"{file} could not be started.");
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended, or closed its input, before it had read everything: its exit code tells.
            }

            await process.WaitForExitAsync(cancellationToken);
            return new ScriptResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
