using System.Net;
using System.Net.Sockets;

namespace Shellbox.AzureSimulator.Instances;

/// <summary>
/// Addresses 127.77.x.y for instances. A block of 250 belongs to one simulator of the machine at a time: it holds a socket in
/// the block, which the kernel takes back even from a process that is killed.
/// </summary>
internal sealed class LoopbackAddresses(int port) : IDisposable
{
    private const int LockPort = 2199;
    private const int PerBlock = 250;

    private readonly Lock _gate = new();
    private readonly List<Socket> _locks = [];
    private readonly HashSet<IPAddress> _returned = [];
    private int _block = -1;
    private int _next = PerBlock + 1;

    /// <exception cref="SimulatorStartException">All blocks are taken.</exception>
    public IPAddress Take()
    {
        lock (_gate)
        {
            foreach (var returned in _returned.Where(IsFree).ToList())
            {
                _returned.Remove(returned);
                return returned;
            }

            while (true)
            {
                if (_next > PerBlock)
                    (_block, _next) = (LockBlock(_block + 1), 1);
                var address = Address(_block, _next++);
                if (IsFree(address))
                    return address;
            }
        }
    }

    public void Return(IPAddress address)
    {
        lock (_gate)
            _returned.Add(address);
    }

    public void Dispose()
    {
        lock (_gate)
            _locks.ForEach(s => s.Dispose());
    }

    private static IPAddress Address(int block, int host) => new([127, 77, (byte)block, (byte)host]);

    /// <summary>A killed simulator's sshd may live on until its state directory is used again.</summary>
    private bool IsFree(IPAddress address) => TryBind(address, port) is { } socket && Close(socket);

    private int LockBlock(int from)
    {
        for (var block = from; block < 256; block++)
        {
            if (TryBind(Address(block, 254), LockPort) is not { } socket)
                continue;
            _locks.Add(socket);
            return block;
        }

        throw new SimulatorStartException(
            "All address blocks 127.77.0.0 to 127.77.255.0 are taken: end some of the simulators that run on this machine."
        );
    }

    private static Socket? TryBind(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static bool Close(Socket socket)
    {
        socket.Dispose();
        return true;
    }
}
