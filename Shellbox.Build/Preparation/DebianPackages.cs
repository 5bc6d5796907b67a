using Shellbox.Build.Processes;

namespace Shellbox.Build.Preparation;

/// <summary>Installs the Debian packages that are missing.</summary>
internal sealed class DebianPackages(ToolRunner tools, RootAccess root)
{
    private const string ServicePolicy = "/usr/sbin/policy-rc.d";

    // Another installation may be at work.
    private const string AwaitLock = "DPkg::Lock::Timeout=300";

    /// <exception cref="BuildException">This is no Debian, or the installation failed.</exception>
    public async Task RequireAsync(IReadOnlyList<string> packages, CancellationToken cancellationToken)
    {
        if (await tools.ReadAsync(["sh", "-c", "command -v dpkg-query && command -v apt-get"], cancellationToken) is not { ExitCode: 0 })
        {
            throw new BuildException(
                $"This is no Debian: 'up', 'demo' and 'test' take their parts from Debian packages ({string.Join(' ', packages)})."
            );
        }

        string[] query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", .. packages];
        var (_, known) = await tools.ReadAsync(query, cancellationToken);
        var missing = packages.Where(package => !known.Contains($"{package} installed")).ToList();
        if (missing.Count == 0)
            return;
        Say.Line($"Installing Debian packages: {string.Join(' ', missing)} (no service is started)");
        await InstallAsync(missing, cancellationToken);
        if (missing.Contains("openssh-server") && Directory.Exists("/run/systemd/system"))
            await tools.ReadAsync(root.Command("systemctl", "disable", "--quiet", "ssh.service", "ssh.socket"), cancellationToken);
    }

    public Task UpdateListsAsync(CancellationToken cancellationToken) =>
        tools.QuietlyAsync("apt-update", root.Command("apt-get", "-o", AwaitLock, "update"), cancellationToken);

    /// <summary>A fresh image knows no packages at all.</summary>
    public async Task<bool> KnowsAsync(string package, CancellationToken cancellationToken) =>
        await tools.ReadAsync(["apt-cache", "pkgnames", package], cancellationToken) is { ExitCode: 0, Lines.Count: > 0 };

    /// <summary>
    /// Debian installs a service started. The simulated instances run sshd themselves; the machine's own is not ours to start. A policy
    /// that the machine has already is left as it is.
    /// </summary>
    private async Task InstallAsync(List<string> packages, CancellationToken cancellationToken)
    {
        var policyIsOurs = !File.Exists(ServicePolicy);
        try
        {
            if (policyIsOurs)
            {
                const string Forbid = $"printf '#!/bin/sh\\nexit 101\\n' >{ServicePolicy} && chmod 755 {ServicePolicy}";
                await tools.QuietlyAsync("policy-rc.d", root.Command("sh", "-c", Forbid), cancellationToken);
            }

            await UpdateListsAsync(cancellationToken);
            var apt = root.Command("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", AwaitLock, "-o", "Dpkg::Use-Pty=0");
            await tools.QuietlyAsync("apt-install", [.. apt, "install", "-y", "--no-install-recommends", .. packages], cancellationToken);
        }
        finally
        {
            if (policyIsOurs)
                await tools.ReadAsync(root.Command("rm", "-f", "--", ServicePolicy), CancellationToken.None);
        }
    }
}
