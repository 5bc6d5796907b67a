using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>Finds the box's volume: one point read of Boxes and one of Volumes.</summary>
public sealed class LookUpVolume(BoxStore boxes, BoxCreation creation)
{
    [Function(nameof(LookUpVolume))]
    public async Task<BoxVolume> RunAsync([ActivityTrigger] BoxOperation operation, CancellationToken cancellationToken)
    {
        var box = await boxes.RequireOperationAsync(operation.Key, operation.OperationId, operation.Epoch, cancellationToken);
        var volume =
            await creation.OwnAsync(box, cancellationToken)
            ?? throw new StepFailedException(
                $"The volume {box.VolumeId} of box {operation.BoxName} is not registered; run the reconciler to see what became of it."
            );
        return volume.Owner == operation.Key
            ? new BoxVolume(volume.Id, volume.ResourceId, volume.AttachedTo)
            : throw new StepFailedException(
                $"The volume {volume.Id} is not that of box {operation.BoxName}; create the box again, or run the reconciler "
                    + $"to see what became of it."
            );
    }
}
