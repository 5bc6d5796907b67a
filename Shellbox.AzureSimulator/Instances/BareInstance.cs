using System.Net;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>A VM with nothing behind it.</summary>
internal sealed class BareInstance(IPAddress address) : IInstance
{
    public IPAddress Address { get; } = address;

    public string? Obstacle => null;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    public Task DeleteAsync() => Task.CompletedTask;

    public Task ShowDiskAsync(int lun, string file, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task HideDiskAsync(int lun, string file, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ScriptResult> RunScriptAsync(string script, IReadOnlyList<KeyValuePair<string, string>> parameters, CancellationToken cancellationToken) =>
        Task.FromResult(new ScriptResult(0, "", ""));
}
