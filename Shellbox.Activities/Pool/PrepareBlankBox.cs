using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>
/// Gives a blank box its volume and its row, if it has none yet, and begins its connect: a prewarm, as for a user's box. Null when it is
/// not to be had.
/// </summary>
public sealed class PrepareBlankBox(BoxStore boxes, VolumeStore volumes)
{
    /// <param name="BoxName">The blank box.</param>
    /// <param name="VolumeId">The blank volume that it is made of; null for one that exists.</param>
    /// <param name="OperationId">The connect.</param>
    public sealed record Input(string BoxName, string? VolumeId, string OperationId);

    [Function(nameof(PrepareBlankBox))]
    public async Task<BoxOperation?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var key = new BoxKey(BoxKey.PoolUserId, input.BoxName);
        if (input.VolumeId is { } volumeId)
        {
            if (await volumes.TryTakeBlankAsync(volumeId, key, cancellationToken) is not { } volume)
                return null;
            await boxes.TryAddAsync(key, volumeId, volume.Epoch, cancellationToken);
        }

        var decision = await boxes.DecideConnectAsync(key, new ConnectCommand(input.OperationId), cancellationToken);
        return decision.Kind is ConnectDecisionKind.Started or ConnectDecisionKind.Joined && decision.OperationId == input.OperationId
            ? new BoxOperation(key, input.OperationId, decision.Epoch)
            : null;
    }
}
