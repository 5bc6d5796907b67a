using System.Net;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>Instances that are nothing but an address: ten thousand of them cost nothing.</summary>
internal sealed class BareInstanceHost : IInstanceHost
{
    private int _taken;

    // 10.77.0.0/16: nobody listens there, so nobody can be reached by mistake.
    public IPAddress TakeAddress()
    {
        var n = Interlocked.Increment(ref _taken) + 3;
        return new IPAddress([10, (byte)(77 + (n >> 16)), (byte)(n >> 8), (byte)n]);
    }

    public void ReturnAddress(IPAddress address) { }

    public IInstance Create(string name, IPAddress address, string adminUsername, IReadOnlyList<string> publicKeys) =>
        new BareInstance(address);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
