using Shellbox.Activities.Audit;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Ends the removal of a blank volume. One that failed leaves the row as it is: the pool's next look tries it again.</summary>
public sealed class CompleteVolumeRemoval(VolumeStore volumes, EventLog events)
{
    /// <summary>What it is given; the failure is null when the disk is gone.</summary>
    public sealed record Input(string VolumeId, string OperationId, string? Failure, double Seconds);

    [Function(nameof(CompleteVolumeRemoval))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        if (input.Failure is null)
            await volumes.RemoveAsync(input.VolumeId, cancellationToken);
        await events.WriteAsync(
            new AuditEvent(
                null,
                input.Failure is null ? "volume-removed" : "volume-removal-failed",
                input.Failure is null
                    ? $"Volume {input.VolumeId} is removed."
                    : $"Volume {input.VolumeId} could not be removed: {input.Failure}",
                input.OperationId
            )
            {
                Seconds = input.Seconds,
            },
            cancellationToken
        );
    }
}
