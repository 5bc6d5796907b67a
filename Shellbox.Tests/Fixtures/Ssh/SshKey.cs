using System.Globalization;

namespace Shellbox.Tests.Fixtures;

/// <summary>A key pair in files of its own, and logins with it by the machine's own SSH client, which knows of no other.</summary>
/// <param name="File">The private half.</param>
/// <param name="PublicKey">The public half as in its file, with its comment.</param>
internal sealed record SshKey(string File, string PublicKey)
{
    /// <summary>The public half without its comment.</summary>
    public string AuthorizedKey => string.Join(' ', PublicKey.Split(' ')[..2]);

    public static async Task<SshKey> CreateAsync(string directory, string name, CancellationToken cancellation)
    {
        var file = Path.Combine(directory, name);
        string[] arguments = ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file];
        (await ProgramRun.OfAsync("ssh-keygen", arguments, cancellation: cancellation)).Succeeded();
        return new SshKey(file, (await System.IO.File.ReadAllTextAsync(file + ".pub", cancellation)).Trim());
    }

    /// <summary>Runs a command there, trusting no host key but the one that is expected.</summary>
    public async Task<ProgramRun> RunAsync(SshServer server, string command, CancellationToken cancellation)
    {
        var port = server.Port.ToString(CultureInfo.InvariantCulture);
        var knownHosts = "/dev/null";
        if (server.HostKey is not null)
        {
            knownHosts = $"{File}-known-hosts-{Guid.NewGuid():n}";
            await System.IO.File.WriteAllTextAsync(knownHosts, $"[{server.Host}]:{port} {server.HostKey}\n", cancellation);
        }

        string[] arguments =
        [
            "-F",
            "none",
            "-i",
            File,
            "-p",
            port,
            "-o",
            "BatchMode=yes",
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            $"StrictHostKeyChecking={(server.HostKey is null ? "no" : "yes")}",
            "-o",
            $"UserKnownHostsFile={knownHosts}",
            "-o",
            "ConnectTimeout=20",
            "-o",
            "LogLevel=ERROR",
            $"{server.User}@{server.Host}",
            command,
        ];
        return await ProgramRun.OfAsync("ssh", arguments, cancellation: cancellation);
    }
}
