using Azure.Core;
using Shellbox.Activities.Azure;

namespace Shellbox.Activities;

/// <summary>Asks the disk itself whether nothing holds it any more: the end of the VM's operation does not say so.</summary>
public sealed class ConfirmDetached(ComputeInstances compute)
{
    [Function(nameof(ConfirmDetached))]
    public async Task<bool> RunAsync([ActivityTrigger] string diskResourceId, CancellationToken cancellationToken) =>
        await compute.GetDiskHolderAsync(new ResourceIdentifier(diskResourceId), cancellationToken) is null;
}
