using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Shellbox.LocalCloud;

namespace Shellbox.Benchmarks.Load;

/// <summary>
/// One real sshd behind very many bare instances. They share a few addresses, so that the app has open connections to most of them, as it
/// has to a pool that is in use. Its command answers as an instance whose guest is up, with the sshd itself as what shows the SSH banner.
/// </summary>
internal sealed class SharedSshd : IAsyncDisposable
{
    private const int Addresses = 16;

    private readonly Process _process;

    private SharedSshd(Process process, int port, string command, string fingerprint)
    {
        _process = process;
        Port = port;
        Command = command;
        HostKeyFingerprint = fingerprint;
    }

    public int Port { get; }

    /// <summary>What to run there instead of the instance script.</summary>
    public string Command { get; }

    public string HostKeyFingerprint { get; }

    public static async Task<SharedSshd> StartAsync(CloudPaths paths, CancellationToken cancellationToken)
    {
        var directory = Directory.CreateDirectory(Path.Combine(paths.StateDirectory, "sshd")).FullName;
        var hostKey = Path.Combine(directory, "host_ed25519");
        await SshKeyGenerator.EnsureAsync(hostKey, "bench", cancellationToken);
        var publicKey = string.Join(' ', (await File.ReadAllTextAsync(hostKey + ".pub", cancellationToken)).Split(' ').Take(2)).Trim();
        var port = LoopbackPorts.TakeFree(1)[0];

        var command = Path.Combine(directory, "bare-instance");
        await File.WriteAllTextAsync(
            command,
            $$"""
            #!/bin/sh
            cat >/dev/null
            set -- $SSH_CONNECTION
            printf '{"ok":true,"started":true,"address":"%s","port":{{port}},"hostKey":"{{publicKey}}","steps":[]}\n' "$3"
            """,
            cancellationToken
        );
        File.SetUnixFileMode(command, (UnixFileMode)0b111_101_101);

        // The account's own .bashrc, which bash reads when sshd starts it, is no part of what is measured: hence another home.
        var configuration = Path.Combine(directory, "sshd_config");
        await File.WriteAllTextAsync(
            configuration,
            $"""
            Port {port.ToString(CultureInfo.InvariantCulture)}
            {string.Join('\n', Enumerable.Range(0, Addresses).Select(n => $"ListenAddress {Address(n)}"))}
            HostKey {hostKey}
            PidFile none
            UsePAM no
            StrictModes no
            PermitRootLogin prohibit-password
            AuthenticationMethods publickey
            AuthorizedKeysFile {paths.InstanceKey}.pub
            UseDNS no
            PrintMotd no
            PrintLastLog no
            SetEnv HOME={directory}
            MaxStartups 5000
            MaxSessions 5000

            """,
            cancellationToken
        );
        Directory.CreateDirectory("/run/sshd");
        var process = Process.Start(
            new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", configuration]) { RedirectStandardError = true }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (!await AnswersAsync(Address(Addresses - 1), port, cancellationToken))
        {
            if (process.HasExited)
                throw new InvalidOperationException($"sshd ended with {process.ExitCode}.");
            await Task.Delay(20, cancellationToken);
        }

        return new SharedSshd(process, port, command, Contracts.Boxes.HostKeyFingerprint.Of(publicKey));
    }

    public static string Address(int instance) => string.Create(CultureInfo.InvariantCulture, $"127.64.0.{1 + (instance % Addresses)}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(string address, int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
