using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>
/// Of a box that goes on without an instance and whose volume is off there: frees the instance, or takes it out of service. The box is
/// being deleted (its disk comes after, which may take long or fail), or its connect goes on elsewhere.
/// </summary>
public sealed class LeaveInstance(BoxStore boxes, InstanceStore instances, VolumeStore volumes, EventLog events, TagMirror mirror)
{
    /// <param name="Operation">The delete or connect.</param>
    /// <param name="InstanceId">The instance.</param>
    /// <param name="VolumeId">The volume; null when the box has none.</param>
    /// <param name="QuarantineReason">Why the instance is not to be given to others; null when it is well.</param>
    public sealed record Input(BoxOperation Operation, string InstanceId, string? VolumeId, string? QuarantineReason);

    [Function(nameof(LeaveInstance))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, instanceId, volumeId, reason) = input;
        var box = await boxes.RequireOperationAsync(operation.Key, operation.OperationId, operation.Epoch, cancellationToken);
        if (volumeId is not null)
            await volumes.RecordDetachmentAsync(volumeId, instanceId, operation.Epoch, cancellationToken);
        if (reason is null)
        {
            await instances.TryFreeAsync(instanceId, operation.Key, operation.Epoch, cancellationToken);
        }
        else if (await instances.TryQuarantineAsync(instanceId, operation.Key, operation.Epoch, reason, cancellationToken))
        {
            await events.WriteAsync(
                null,
                "instance-quarantined",
                reason,
                operation.OperationId,
                instanceId,
                cancellationToken: cancellationToken
            );
        }

        await mirror.EnqueueInstanceAsync(instanceId, cancellationToken);
        if (box.State is BoxState.Connecting)
        {
            var detail = reason ?? $"The volume was left on {instanceId}, which no box has; it was taken off.";
            await events.WriteAsync(
                operation.Key,
                "instance-left",
                detail,
                operation.OperationId,
                instanceId,
                cancellationToken: cancellationToken
            );
        }

        // Last: until here a second run finds the instance. One that only had the volume is not where the box is placed, and a run that is
        // late finds it placed anew.
        await boxes.RecordPlacementAsync(operation.Key, operation.OperationId, operation.Epoch, instanceId, null, null, cancellationToken);
    }
}
