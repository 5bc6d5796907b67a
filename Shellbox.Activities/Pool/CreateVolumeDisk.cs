using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Begins the copy of the golden snapshot that is to be a blank volume.</summary>
public sealed class CreateVolumeDisk(PoolResources resources)
{
    /// <returns>The URL of the operation's state.</returns>
    [Function(nameof(CreateVolumeDisk))]
    public Task<Uri?> RunAsync([ActivityTrigger] string volumeId, CancellationToken cancellationToken)
    {
        var row = new VolumeRow
        {
            PartitionKey = "",
            RowKey = volumeId,
            ResourceId = resources.VolumeResourceId(volumeId).ToString(),
            State = VolumeState.Blank,
        };
        return resources.BeginCreateVolumeAsync(volumeId, ShellboxTags.Of(row, null), cancellationToken);
    }
}
