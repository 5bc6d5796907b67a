using Shellbox.Activities.Creation;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>Finds the box's volume: one point read of Boxes and one of Volumes.</summary>
public sealed class LookUpVolume(BoxStore boxes, BoxCreation creation) : BoxActivity<BoxOperation, BoxVolume>(boxes)
{
    [Function(nameof(LookUpVolume))]
    public Task<BoxVolume> RunAsync([ActivityTrigger] BoxOperation operation, CancellationToken cancellationToken) =>
        RunFencedAsync(operation, cancellationToken);

    protected override async Task<BoxVolume> RunAsync(BoxOperation operation, BoxRow box, CancellationToken cancellationToken)
    {
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
