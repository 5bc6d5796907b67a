using Shellbox.Build.Processes;

namespace Shellbox.Build.Preparation;

/// <summary>Installs the Debian packages that are missing.</summary>
internal sealed class DebianPackages(ToolRunner tools, RootAccess root)
{
    // Another installation may be at work.
    private const string AwaitLock = "DPkg::Lock::Timeout=300";

    /// <exception cref="BuildException">This is no Debian, or the installation failed.</exception>
    public async Task RequireAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        if (!(await tools.ReadAsync(["sh", "-c", "command -v dpkg-query && command -v apt-get"], cancellationToken)).Succeeded)
        {
            throw new BuildException(
                $"This is no Debian: 'up', 'demo' and 'test' take their parts from Debian packages ({string.Join(' ', packages)})."
            );
        }

        var known = await tools.ReadAsync(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", .. packages], cancellationToken);
        var missing = packages.Where(package => !known.Lines.Contains($"{package} installed")).ToList();
        if (missing.Count == 0)
            return;
        Say.Line($"Installing Debian packages: {string.Join(' ', missing)} (no service is started)");
        await InstallAsync(missing, cancellationToken);
    }

    public Task UpdateListsAsync(CancellationToken cancellationToken) =>
        tools.QuietlyAsync("apt-update", root.Command("apt-get", "-o", AwaitLock, "update"), cancellationToken);

    /// <summary>A fresh image knows no packages at all.</summary>
    public async Task<bool> KnowsAsync(string package, CancellationToken cancellationToken) =>
        (await tools.ReadAsync(["apt-cache", "pkgnames", package], cancellationToken)) is { Succeeded: true, Lines.Count: > 0 };

    private async Task InstallAsync(List<string> packages, CancellationToken cancellationToken)
    {
        await using (await ServicePolicy.ForbidAsync(tools, root, cancellationToken))
        {
            await UpdateListsAsync(cancellationToken);
            var install = root.Command("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", AwaitLock, "-o", "Dpkg::Use-Pty=0");
            await tools.QuietlyAsync(
                "apt-install",
                [.. install, "install", "-y", "--no-install-recommends", .. packages],
                cancellationToken
            );
        }

        if (packages.Contains("openssh-server") && Directory.Exists("/run/systemd/system"))
            await tools.ReadAsync(root.Command("systemctl", "disable", "--quiet", "ssh.service", "ssh.socket"), cancellationToken);
    }
}
