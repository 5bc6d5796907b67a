using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Makes a blank volume again of a stopped blank box. One that has been started or given away meanwhile is left alone.</summary>
public sealed class RetireBlankBox(BoxStore boxes, VolumeStore volumes)
{
    /// <param name="BoxName">The blank box.</param>
    /// <param name="OperationId">The retirement.</param>
    public sealed record Input(string BoxName, string OperationId);

    [Function(nameof(RetireBlankBox))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var key = new BoxKey(BoxKey.PoolUserId, input.BoxName);

        // A second run finds its own. What is left of one that was cut short, the sweep of deletes completes, which costs the volume.
        var found = await boxes.FindAsync(key, cancellationToken);
        if (found is not { State: BoxState.Stopped } && !(found is { State: BoxState.Deleting } && found.OperationId == input.OperationId))
            return;
        var row = await boxes.DecideDeleteAsync(key, input.OperationId, deadOperationId: null, cancellationToken);
        if (row is not { State: BoxState.Deleting } || row.OperationId != input.OperationId || row.InstanceId is not null)
            return;
        await volumes.TryReturnBlankAsync(row.VolumeId, key, cancellationToken);
        await boxes.RemoveAsync(new BoxOperation(key, input.OperationId, row.Epoch), cancellationToken);
    }
}
