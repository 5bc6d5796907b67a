using Shellbox.Activities.Audit;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Makes a blank volume of a disk that was created.</summary>
public sealed class RegisterVolume(VolumeStore volumes, PoolResources resources, PoolStore pool, EventLog events)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(string VolumeId, string OperationId, double Seconds);

    [Function(nameof(RegisterVolume))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        if (!await volumes.TryAddBlankAsync(input.VolumeId, resources.VolumeResourceId(input.VolumeId).ToString(), cancellationToken))
            return;
        if ((await pool.ReadAsync(cancellationToken)).VolumeFailures > 0)
        {
            await pool.ChangeAsync(row => (row.VolumeFailures, row.VolumeRetryAt) = (0, null), cancellationToken);
        }

        await events.WriteAsync(
            new AuditEvent(null, "volume-created", $"Volume {input.VolumeId} is blank.", input.OperationId) { Seconds = input.Seconds },
            cancellationToken
        );
    }
}
