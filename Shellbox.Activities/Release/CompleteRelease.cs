using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>
/// Ends a release: frees the instance (or takes it out of service), then the box. In that order, so that a crash between the two leaves an
/// operation that the reconciler sees, and not an instance that nobody frees.
/// </summary>
public sealed class CompleteRelease(
    BoxStore boxes,
    InstanceStore instances,
    VolumeStore volumes,
    EventLog events,
    TagMirror mirror,
    ShellboxMetrics metrics
) : BoxActivity<CompleteRelease.Input, int>(boxes)
{
    /// <param name="Operation">The release.</param>
    /// <param name="InstanceId">The instance; null when the box had none.</param>
    /// <param name="VolumeId">The volume; null when it is not registered.</param>
    /// <param name="Failure">Why the volume could not be detached; null when it is off.</param>
    /// <param name="QuarantineReason">Why the instance is not to be given to others; null when it is well.</param>
    /// <param name="Reason">Why the box was released.</param>
    /// <param name="Seconds">How long it took.</param>
    public sealed record Input(
        BoxOperation Operation,
        string? InstanceId,
        string? VolumeId,
        string? Failure,
        string? QuarantineReason,
        string Reason,
        double Seconds
    ) : IBoxInput;

    /// <returns>
    /// The state that the box is in now, by its number: an orchestration that is under way in an earlier build reads no word.
    /// </returns>
    [Function(nameof(CompleteRelease))]
    public Task<int> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<int> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var operation = input.Operation;
        var detached = input.Failure is null;
        if (detached)
        {
            if (input.VolumeId is not null)
                await volumes.RecordAttachmentAsync(input.VolumeId, null, operation.Epoch, cancellationToken);
            if (input.InstanceId is not null)
            {
                if (input.QuarantineReason is { } reason)
                {
                    await instances.TryQuarantineAsync(input.InstanceId, operation, reason, cancellationToken);
                    await events.WriteAsync(
                        new AuditEvent(null, "instance-quarantined", reason, operation.OperationId, input.InstanceId),
                        cancellationToken
                    );
                    await mirror.EnqueueInstanceAsync(input.InstanceId, cancellationToken);
                }
                else
                {
                    await instances.TryFreeAsync(input.InstanceId, operation, cancellationToken);
                }
            }
        }

        var row = await Boxes.CompleteReleaseAsync(operation, detached, cancellationToken);
        await events.WriteAsync(
            new AuditEvent(
                operation.Key,
                detached ? "released" : "release-failed",
                detached ? input.Reason : $"{input.Reason} The volume stays attached to {input.InstanceId}: {input.Failure}",
                operation.OperationId,
                input.InstanceId
            )
            {
                Seconds = input.Seconds,
            },
            cancellationToken
        );
        if (input.VolumeId is not null)
            await mirror.EnqueueVolumeAsync(input.VolumeId, cancellationToken);
        metrics.Released(input.Seconds);
        return (int)row.State;
    }
}
