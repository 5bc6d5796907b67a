using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// Of a box that is being deleted and whose volume is off: frees its instance (or takes it out of service) before the disk is deleted, which may take long or
/// fail.
/// </summary>
public sealed class LeaveInstance(BoxStore boxes, InstanceStore instances, VolumeStore volumes, EventLog events, TagMirror mirror)
{
    /// <param name="Operation">The delete.</param>
    /// <param name="InstanceId">The instance.</param>
    /// <param name="VolumeId">The volume; null when the box has none.</param>
    /// <param name="QuarantineReason">Why the instance is not to be given to others; null when it is well.</param>
    public sealed record Input(BoxOperation Operation, string InstanceId, string? VolumeId, string? QuarantineReason);

    [Function(nameof(LeaveInstance))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, instanceId, volumeId, reason) = input;
        await boxes.RequireOperationAsync(operation.Key, operation.OperationId, operation.Epoch, cancellationToken);
        if (volumeId is not null) await volumes.RecordAttachmentAsync(volumeId, null, operation.Epoch, cancellationToken);
        if (reason is null)
        {
            await instances.TryFreeAsync(instanceId, operation.Key, operation.Epoch, cancellationToken);
        }
        else if (await instances.TryQuarantineAsync(instanceId, operation.Key, operation.Epoch, reason, cancellationToken))
        {
            await events.WriteAsync(null, "instance-quarantined", reason, operation.OperationId, instanceId, cancellationToken: cancellationToken);
        }

        await mirror.EnqueueInstanceAsync(instanceId, cancellationToken);

        // Last: until here a second run finds the instance.
        await boxes.RecordPlacementAsync(operation.Key, operation.OperationId, operation.Epoch, null, null, cancellationToken);
    }
}
