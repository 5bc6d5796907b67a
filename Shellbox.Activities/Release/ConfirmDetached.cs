using Shellbox.Activities.Azure;

namespace Shellbox.Activities.Release;

/// <summary>
/// Asks the disk itself whether the instance holds it no more: neither the end of the VM's operation nor the VM's absence says so. A disk
/// that is gone nobody holds, and one that another VM holds is off this instance: what to make of that is for the next step to say.
/// </summary>
public sealed class ConfirmDetached(ProviderReads reads)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(string DiskResourceId, string VmResourceId);

    [Function(nameof(ConfirmDetached))]
    public async Task<bool> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var holder = (await reads.FindDiskAsync(input.DiskResourceId, cancellationToken))?.ManagedBy;
        return !input.VmResourceId.Equals(holder?.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
