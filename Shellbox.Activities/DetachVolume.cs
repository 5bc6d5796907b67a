using Azure;
using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// One VM PATCH that takes the disk off and marks the instance as free in its tags, begun without waiting for its end.
/// </summary>
public sealed class DetachVolume(BoxStore boxes, InstanceStore instances, ComputeInstances compute)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement, BoxVolume Volume);

    /// <returns>The URL of the operation's state, or null when the disk was off already, or its VM is gone: what the disk says of that is asked next.</returns>
    [Function(nameof(DetachVolume))]
    public async Task<Uri?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, placement, volume) = input;
        await boxes.RequireOperationAsync(operation.Key, operation.OperationId, operation.Epoch, cancellationToken);
        if (await instances.FindAsync(placement.InstanceId, cancellationToken) is not { } instance) return null;

        (instance.UserId, instance.BoxName, instance.VolumeId) = (null, null, null);
        instance.State = InstanceState.Free;
        try
        {
            return await compute.BeginDetachAsync(
                placement.ResourceId, new ResourceIdentifier(volume.ResourceId), ShellboxTags.Of(instance), cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
