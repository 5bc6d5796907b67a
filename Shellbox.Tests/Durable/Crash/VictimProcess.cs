using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Shellbox.Tests.Durable.Crash;

/// <summary>A <see cref="HubVictim"/> as a process, to be killed.</summary>
internal sealed class VictimProcess : IDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _done = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private VictimProcess(Process process) => _process = process;

    /// <summary>The lines that were done for sure.</summary>
    public IReadOnlyCollection<string> Done => _done;

    /// <summary>Starts one; returns when it works.</summary>
    public static async Task<VictimProcess> StartAsync(string folder)
    {
        var assembly = typeof(VictimProcess).Assembly.Location;
        var victim = new VictimProcess(
            new Process
            {
                StartInfo = new ProcessStartInfo("dotnet", [assembly])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [HubVictim.FolderVariable] = folder },
                },
            }
        );
        victim._process.OutputDataReceived += (_, e) => victim.Read(e.Data);
        victim._process.Start();
        victim._process.BeginOutputReadLine();
        if (await Task.WhenAny(victim._ready.Task, victim._outputEnded.Task) != victim._ready.Task)
            Assert.Fail("The victim ended by itself.");
        return victim;
    }

    public void Tell(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Kills it with SIGKILL; all that it has said has been heard then.</summary>
    public async Task KillAsync()
    {
        _process.StandardInput.Flush();
        _process.Kill();
        await _process.WaitForExitAsync();
        await _outputEnded.Task;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            _outputEnded.TrySetResult();
        else if (line == HubVictim.Ready)
            _ready.TrySetResult();
        else
            _done.Enqueue(line);
    }
}
