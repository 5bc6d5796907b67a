using Azure;
using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>
/// One VM PATCH that carries the instance's tags and the data disk, begun without waiting for its end. It may run twice: a disk that the
/// VM's model names already is left as it is.
/// </summary>
public sealed class UpdateAndAttach(BoxStore boxes, InstanceStore instances, VolumeStore volumes, ComputeInstances compute)
    : BoxActivity<UpdateAndAttach.Input, Uri?>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement, BoxVolume Volume) : IBoxInput;

    /// <returns>The URL of the operation's state, or null when the disk was attached already.</returns>
    /// <exception cref="InstanceGoneException">The instance's VM is gone.</exception>
    /// <exception cref="VolumeHeldException">Another VM has the disk.</exception>
    [Function(nameof(UpdateAndAttach))]
    public Task<Uri?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<Uri?> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var (operation, placement, volume) = input;

        // The connect may have gone on with another instance since: a run that is late must not attach the disk where nobody looks for it.
        if (box.InstanceId != placement.InstanceId)
            throw new StepFailedException($"The box is no longer placed on {placement.InstanceId}.");
        var instance =
            await instances.FindAsync(placement.InstanceId, cancellationToken)
            ?? throw new StepFailedException($"Instance {placement.InstanceId} is not registered.");

        // Recorded before it is true: whoever takes over then knows where the disk may be.
        await volumes.RecordAttachmentAsync(volume.VolumeId, placement.InstanceId, operation.Epoch, cancellationToken);
        var disk = new ResourceIdentifier(volume.ResourceId);
        try
        {
            return await compute.BeginAttachAsync(placement, disk, ShellboxTags.Of(instance), cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Another operation on either, which passes, unless the disk is at home elsewhere. It is asked only now: as a rule it is free,
            // and a read saved.
            if (await compute.FindOtherHolderAsync(disk, placement.ResourceId, cancellationToken) is not { } holder)
                throw;
            throw new VolumeHeldException($"The volume {volume.VolumeId} is attached to {holder.Name}.", e);
        }
    }
}
