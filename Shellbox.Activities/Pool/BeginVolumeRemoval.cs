using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Takes a blank volume for its removal; false when it is blank no longer.</summary>
public sealed class BeginVolumeRemoval(VolumeStore volumes)
{
    [Function(nameof(BeginVolumeRemoval))]
    public async Task<bool> RunAsync([ActivityTrigger] string volumeId, CancellationToken cancellationToken) =>
        await volumes.TryBeginDeletingAsync(volumeId, owner: null, cancellationToken) is not null;
}
