using System.Diagnostics;
using System.Globalization;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>A process of this same executable that runs an engine until it is killed.</summary>
internal sealed class VictimProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private VictimProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    public static VictimProcess Start(VictimMode mode, string folder, bool replay, int maxCrashes)
    {
        var assembly = typeof(VictimProcess).Assembly.Location;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        foreach (var argument in (string[])[assembly, mode.ToString(), folder, replay.ToString(), maxCrashes.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;

        // It lives for a moment: no code is worth optimising, and its start is most of what the suite costs.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        return new VictimProcess(Process.Start(start)!);
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    public Task WaitAsync(CancellationToken cancellation) => process.WaitForExitAsync(cancellation);

    public Task<string> ErrorsAsync() => errors;

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
