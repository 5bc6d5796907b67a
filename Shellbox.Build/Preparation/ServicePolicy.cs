using Shellbox.Build.Processes;

namespace Shellbox.Build.Preparation;

/// <summary>
/// Debian installs a service started. The simulated instances run sshd themselves; the machine's own is not ours to start. As long as
/// this exists, none is started; a policy that the machine has already is left as it is.
/// </summary>
internal sealed class ServicePolicy : IAsyncDisposable
{
    private const string Policy = "/usr/sbin/policy-rc.d";

    private readonly ToolRunner tools;
    private readonly RootAccess root;
    private readonly bool isOurs;

    private ServicePolicy(ToolRunner tools, RootAccess root, bool isOurs) => (this.tools, this.root, this.isOurs) = (tools, root, isOurs);

    public static async Task<ServicePolicy> ForbidAsync(ToolRunner tools, RootAccess root, CancellationToken cancellationToken)
    {
        if (File.Exists(Policy))
            return new ServicePolicy(tools, root, isOurs: false);
        var policy = new ServicePolicy(tools, root, isOurs: true);
        try
        {
            const string Write = $"printf '#!/bin/sh\\nexit 101\\n' >{Policy} && chmod 755 {Policy}";
            await tools.QuietlyAsync("policy-rc.d", root.Command("sh", "-c", Write), cancellationToken);
            return policy;
        }
        catch
        {
            await policy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (isOurs)
            await tools.ReadAsync(root.Command("rm", "-f", "--", Policy), CancellationToken.None);
    }
}
