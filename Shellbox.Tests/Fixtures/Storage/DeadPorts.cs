using System.Net;
using System.Net.Sockets;

namespace Shellbox.Tests.Fixtures;

/// <summary>Ports at which every connection is cut at once and counted, as if the server behind them had died.</summary>
internal sealed class DeadPorts : IDisposable
{
    private readonly List<TcpListener> _listeners = [];
    private int _calls;

    public DeadPorts(params int[] ports)
    {
        foreach (var port in ports)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            _listeners.Add(listener);
            _ = CutAsync(listener);
        }
    }

    public int Calls => Volatile.Read(ref _calls);

    public void Dispose() => _listeners.ForEach(l => l.Stop());

    private async Task CutAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var connection = await listener.AcceptSocketAsync();

                // With a reset, which leaves nothing on the port: the server is to have it back.
                connection.LingerState = new LingerOption(true, 0);
                Interlocked.Increment(ref _calls);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }
}
