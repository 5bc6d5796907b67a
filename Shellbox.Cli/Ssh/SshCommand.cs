namespace Shellbox.Cli.Ssh;

/// <summary>The arguments of <c>ssh</c> for a box: the user's key alone, the pinned host key alone, nothing learned on first use.</summary>
internal static class SshCommand
{
    public static IReadOnlyList<string> Arguments(ConnectResult result, string identityFile, string knownHostsFile, string? command)
    {
        var endpoint = result.Endpoint;
        List<string> arguments =
        [
            "-p",
            endpoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-i",
            EscapePercent(identityFile),
            "-o",
            "IdentitiesOnly=yes",
            "-o",
            "PreferredAuthentications=publickey",
            "-o",
            $"UserKnownHostsFile=\"{EscapePercent(knownHostsFile)}\"",
            "-o",
            "GlobalKnownHostsFile=/dev/null",
            "-o",
            $"HostKeyAlias={KnownHosts.Alias(result)}",
            "-o",
            "StrictHostKeyChecking=yes",
            "-o",
            "UpdateHostKeys=no",
            "-o",
            "CheckHostIP=no",
            "-o",
            "ConnectTimeout=10",
            "-o",
            "LogLevel=ERROR",
        ];
        if (command is not null)
        {
            arguments.AddRange(["-o", "BatchMode=yes", "-T"]);
        }

        // "--" ends the options: a host that begins with '-' could otherwise pass for one.
        arguments.AddRange(["--", $"{endpoint.User}@{endpoint.Host}"]);
        if (command is not null)
        {
            arguments.Add(command);
        }

        return arguments;
    }

    // ssh expands %-tokens in both file options.
    private static string EscapePercent(string path) => path.Replace("%", "%%", StringComparison.Ordinal);
}
