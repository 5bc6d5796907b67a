namespace Shellbox.Cli.Ssh;

/// <summary>
/// Pins each box's host key as the app reported it. The address says nothing about a box (it moves between instances), so the key is
/// looked up by an alias made of user and box.
/// </summary>
internal static class KnownHosts
{
    public static string Alias(ConnectResult result) => $"shellbox-{result.UserId}-{result.BoxName}";

    /// <summary>Writes the box's own known-hosts file and returns its path.</summary>
    /// <exception cref="CliException">The result carries no host key: there is nothing to check the guest against.</exception>
    public static string Pin(string directory, ConnectResult result)
    {
        if (result.Endpoint.HostKey is not { Length: > 0 } hostKey || hostKey.AsSpan().ContainsAny('\n', '\r'))
        {
            throw new CliException(
                ExitCode.Failed,
                $"The app gave no host key for {result.BoxName}, so its guest cannot be recognised; no SSH connection is made."
            );
        }

        var path = Path.Combine(directory, Alias(result));
        PrivateFile.Write(path, $"{Alias(result)} {hostKey}\n");
        return path;
    }
}
