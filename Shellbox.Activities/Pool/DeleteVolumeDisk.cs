namespace Shellbox.Activities.Pool;

/// <summary>Begins the deletion of a blank volume's disk; null when there is none.</summary>
public sealed class DeleteVolumeDisk(PoolResources resources)
{
    /// <returns>The URL of the operation's state.</returns>
    [Function(nameof(DeleteVolumeDisk))]
    public Task<Uri?> RunAsync([ActivityTrigger] string volumeId, CancellationToken cancellationToken) =>
        resources.BeginDeleteVolumeAsync(volumeId, cancellationToken);
}
