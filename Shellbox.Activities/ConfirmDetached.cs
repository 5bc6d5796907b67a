using Azure.Core;
using Shellbox.Activities.Azure;

namespace Shellbox.Activities;

/// <summary>
/// Asks the disk itself whether the VM holds it no more: the end of the VM's operation does not say so. Whether another VM does is not asked, for waiting would not
/// change that.
/// </summary>
public sealed class ConfirmDetached(ComputeInstances compute)
{
    /// <summary>What it is given: ARM ids.</summary>
    public sealed record Input(string DiskResourceId, string VmResourceId);

    [Function(nameof(ConfirmDetached))]
    public async Task<bool> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var holder = await compute.GetDiskHolderAsync(new ResourceIdentifier(input.DiskResourceId), cancellationToken);
        return !input.VmResourceId.Equals(holder?.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
