using System.Net.Sockets;
using System.Text;

namespace Shellbox.Activities.Instances;

/// <summary>
/// Reads a guest's SSH banner: the only proof that a box can be used. QEMU's port forwarding accepts TCP before the guest listens, so an
/// open connection proves nothing. The instance has read the banner just before, so the first attempt may take its time: a guest under load
/// is not helped by connections that are given up and still have to be served (seen: 100 ms attempts made 4 s of what takes 1).
/// </summary>
public sealed class SshBanner(TimeProvider time)
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestAttempt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <returns>The banner, for example <c>SSH-2.0-dropbear_2022.83</c>; null when there was none in time.</returns>
    public async Task<string?> ReadAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var attempt = Attempt;
        while (true)
        {
            if (await TryReadAsync(host, port, attempt, cancellationToken) is { } banner)
                return banner;
            if (time.GetElapsedTime(start) >= timeout)
                return null;
            await Task.Delay(Pause, time, cancellationToken);

            attempt = attempt * 2 < LongestAttempt ? attempt * 2 : LongestAttempt;
        }
    }

    private async Task<string?> TryReadAsync(string host, int port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, either.Token);
            var buffer = new byte[256];
            var length = 0;
            while (length < buffer.Length)
            {
                var read = await client.GetStream().ReadAsync(buffer.AsMemory(length), either.Token);
                if (read == 0)
                    return null;
                length += read;
                var text = Encoding.ASCII.GetString(buffer, 0, length);
                if (text.IndexOf('\n', StringComparison.Ordinal) is var end and >= 0)
                {
                    return text.StartsWith("SSH-", StringComparison.Ordinal) ? text[..end].TrimEnd('\r') : null;
                }
            }

            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
