using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>
/// One VM PATCH that takes the disk off and marks the box's instance as free in its tags, begun without waiting for its end.
/// </summary>
public sealed class DetachVolume(BoxStore boxes, InstanceStore instances, ComputeInstances compute)
    : BoxActivity<DetachVolume.Input, Uri?>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement, BoxVolume Volume) : IBoxInput;

    /// <returns>The URL of the operation's state, or null when the disk was off already, or its VM is gone: what the disk says of that is
    /// asked next.</returns>
    [Function(nameof(DetachVolume))]
    public Task<Uri?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<Uri?> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var (operation, placement, volume) = input;
        if (await instances.FindAsync(placement.InstanceId, cancellationToken) is not { } instance)
            return null;

        // As it will be then, when it is the box's. Else it is already: a volume that was left on it makes no difference.
        if (instance.ClaimedBy == operation.Key)
        {
            (instance.UserId, instance.BoxName, instance.VolumeId) = (null, null, null);
            instance.State = InstanceState.Free;
        }

        return await compute.BeginDetachAsync(
            placement.ResourceId,
            new ResourceIdentifier(volume.ResourceId),
            ShellboxTags.Of(instance),
            cancellationToken
        );
    }
}
