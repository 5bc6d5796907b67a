using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Deletion;

/// <summary>
/// Prepares the deletion of a box, whose row says already that it is being deleted: what was promised to it is completed, and its volume is
/// given to nobody any more. Null when another delete has taken over.
/// </summary>
public sealed class BeginDelete(BoxStore boxes, InstanceStore instances, VolumeStore volumes, BoxCreation creation)
    : BoxActivity<BoxOperation, BeginDelete.Output?>(boxes)
{
    /// <param name="Placement">Where the box may be; null when it has no instance.</param>
    /// <param name="Volume">Its volume; null when it has none of its own.</param>
    public sealed record Output(Placement? Placement, BoxVolume? Volume);

    [Function(nameof(BeginDelete))]
    public async Task<Output?> RunAsync([ActivityTrigger] BoxOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            return await RunFencedAsync(operation, cancellationToken);
        }
        catch (OperationSupersededException)
        {
            return null;
        }
    }

    protected override async Task<Output?> RunAsync(BoxOperation operation, BoxRow box, CancellationToken cancellationToken)
    {
        // Else whoever completed it after the deletion would bring the box back.
        await creation.CompleteAssignedAsync(operation.Key, cancellationToken);
        var volume = await volumes.TryBeginDeletingAsync(box.VolumeId, operation.Key, cancellationToken);
        var instance = (box.InstanceId ?? volume?.AttachedTo) is { } id ? await instances.FindAsync(id, cancellationToken) : null;
        return new Output(
            instance?.PlacementAt(box.Lun ?? 0),
            volume is null ? null : new BoxVolume(volume.Id, volume.ResourceId, volume.AttachedTo)
        );
    }
}
