using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Deletion;

/// <summary>Ends a delete: the row of the volume, whose disk is gone, then the box's own.</summary>
public sealed class CompleteDelete(BoxStore boxes, VolumeStore volumes, EventLog events)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, string? VolumeId, double Seconds);

    [Function(nameof(CompleteDelete))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, volumeId, seconds) = input;
        if (volumeId is not null)
            await volumes.RemoveAsync(volumeId, cancellationToken);
        await events.WriteAsync(
            new AuditEvent(
                operation.Key,
                "box-deleted",
                $"Box {operation.BoxName} and its volume {volumeId ?? "(none)"} are deleted.",
                operation.OperationId
            )
            {
                Seconds = seconds,
            },
            cancellationToken
        );
        await boxes.RemoveAsync(operation, cancellationToken);
    }
}
