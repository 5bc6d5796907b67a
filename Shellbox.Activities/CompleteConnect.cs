using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>Records that the guest answers. False when a disconnect came meanwhile and the box has to be released.</summary>
public sealed class CompleteConnect(BoxStore boxes, EventLog events, TagMirror mirror, ShellboxMetrics metrics)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(
        BoxOperation Operation, string InstanceId, string VolumeId, string Tier, string Host, int Port, string HostKey, double Seconds);

    [Function(nameof(CompleteConnect))]
    public async Task<bool> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, instanceId, volumeId, tier, host, port, hostKey, seconds) = input;
        var stays = await boxes.CompleteConnectAsync(
            operation.Key, operation.OperationId, operation.Epoch, host, port, hostKey, cancellationToken);
        await events.WriteAsync(
            operation.Key, "connected", $"The box answers at {host}:{port} ({tier}).", operation.OperationId, instanceId, seconds, cancellationToken);
        await mirror.EnqueueVolumeAsync(volumeId, cancellationToken);
        metrics.Connected(tier, seconds);
        return stays;
    }
}
