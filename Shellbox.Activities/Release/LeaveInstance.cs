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
    : BoxActivity<LeaveInstance.Input, bool>(boxes)
{
    /// <param name="Operation">The delete or connect.</param>
    /// <param name="InstanceId">The instance.</param>
    /// <param name="VolumeId">The volume; null when the box has none.</param>
    /// <param name="QuarantineReason">Why the instance is not to be given to others; null when it is well.</param>
    public sealed record Input(BoxOperation Operation, string InstanceId, string? VolumeId, string? QuarantineReason) : IBoxInput;

    [Function(nameof(LeaveInstance))]
    public Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) => RunFencedAsync(input, cancellationToken);

    protected override async Task<bool> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var (operation, instanceId, volumeId, reason) = input;
        if (volumeId is not null)
            await volumes.RecordDetachmentAsync(volumeId, instanceId, operation.Epoch, cancellationToken);
        if (reason is null)
        {
            await instances.TryFreeAsync(instanceId, operation, cancellationToken);
        }
        else if (await instances.TryQuarantineAsync(instanceId, operation, reason, cancellationToken))
        {
            await events.WriteAsync(
                new AuditEvent(null, "instance-quarantined", reason, operation.OperationId, instanceId),
                cancellationToken
            );
        }

        await mirror.EnqueueInstanceAsync(instanceId, cancellationToken);
        if (box.State is BoxState.Connecting)
        {
            var detail = reason ?? $"The volume was left on {instanceId}, which no box has; it was taken off.";
            await events.WriteAsync(
                new AuditEvent(operation.Key, "instance-left", detail, operation.OperationId, instanceId),
                cancellationToken
            );
        }

        // Last: until here a second run finds the instance. One that only had the volume is not where the box is placed, and a run that is
        // late finds it placed anew.
        await Boxes.RecordPlacementAsync(operation, instanceId, null, null, cancellationToken);
        return true;
    }
}
