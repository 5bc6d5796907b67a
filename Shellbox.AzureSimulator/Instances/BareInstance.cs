using System.Collections.Concurrent;
using System.Net;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>A VM with nothing behind it; it remembers which disks it would see.</summary>
internal sealed class BareInstance(IPAddress address) : IInstance
{
    private readonly ConcurrentDictionary<int, string> _disks = [];

    public IPAddress Address { get; } = address;

    public IReadOnlyDictionary<int, string> VisibleDisks => _disks;

    public Task<string?> FindStartProblemAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task StartAsync(InstanceCaps caps, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync()
    {
        _disks.Clear();
        return Task.CompletedTask;
    }

    public Task DeleteAsync() => StopAsync();

    public Task RefuseSshAsync(bool refuse, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> KillQemuAsync() => Task.FromResult(0);

    public Task ShowDiskAsync(int lun, string file, CancellationToken cancellationToken)
    {
        _disks[lun] = Path.GetFileNameWithoutExtension(file);
        return Task.CompletedTask;
    }

    public Task HideDiskAsync(int lun, string file, CancellationToken cancellationToken)
    {
        _disks.TryRemove(lun, out _);
        return Task.CompletedTask;
    }

    public Task<ScriptResult> RunScriptAsync(
        string script,
        IReadOnlyList<KeyValuePair<string, string>> parameters,
        CancellationToken cancellationToken
    ) => Task.FromResult(new ScriptResult(0, "", ""));
}
