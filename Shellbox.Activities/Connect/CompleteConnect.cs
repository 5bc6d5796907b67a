using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts;
using Shellbox.Contracts.Operations;

namespace Shellbox.Activities.Connect;

/// <summary>Records that the guest answers, and says what is to become of the box.</summary>
public sealed class CompleteConnect(
    BoxStore boxes,
    InstanceStore instances,
    EventLog events,
    TagMirror mirror,
    ShellboxMetrics metrics,
    RecentConnects recent
)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(
        BoxOperation Operation,
        string InstanceId,
        string VolumeId,
        Tier Tier,
        string Host,
        int Port,
        string HostKey,
        double Seconds
    );

    /// <summary>What follows the connect.</summary>
    public enum Outcome
    {
        /// <summary>Somebody is connected.</summary>
        Stay,

        /// <summary>It was a prewarm and nobody has come yet.</summary>
        Hold,

        /// <summary>A disconnect came meanwhile.</summary>
        Release,
    }

    [Function(nameof(CompleteConnect))]
    public async Task<Outcome> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, instanceId, volumeId, _, host, port, hostKey, seconds) = input;
        var tier = input.Tier.Word();
        var row = await boxes.CompleteConnectAsync(operation, new GuestAddress(host, port, hostKey), cancellationToken);
        await Task.WhenAll(
            events.WriteAsync(
                new AuditEvent(
                    operation.Key,
                    EventRow.Connected,
                    $"The box answers at {host}:{port} ({tier}).",
                    operation.OperationId,
                    instanceId
                )
                {
                    Seconds = seconds,
                    Tier = tier,
                },
                cancellationToken
            ),
            instances.ForgetFailuresAsync(instanceId, cancellationToken)
        );
        await mirror.EnqueueVolumeAsync(volumeId, cancellationToken);
        metrics.Connected(tier, seconds);
        recent.Add(tier, seconds);
        return row.ReleaseWhenReady ? Outcome.Release
            : row.Sessions.Count == 0 ? Outcome.Hold
            : Outcome.Stay;
    }
}
