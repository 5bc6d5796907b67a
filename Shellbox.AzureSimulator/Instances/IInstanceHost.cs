using System.Net;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>Makes instances and gives them addresses.</summary>
internal interface IInstanceHost : IAsyncDisposable
{
    /// <summary>An address that no other network interface has.</summary>
    IPAddress TakeAddress();

    void ReturnAddress(IPAddress address);

    IInstance Create(string name, IPAddress address, string adminUsername, IReadOnlyList<string> publicKeys);
}
