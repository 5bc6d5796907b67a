using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>
/// Finds which other VM has the volume that a box cannot have attached, or deleted, and whether it may be taken off there. A free instance
/// that has it is claimed: nobody else is to get that meanwhile.
/// </summary>
public sealed class FindHolder(BoxStore boxes, InstanceStore instances, ComputeInstances compute)
    : BoxActivity<FindHolder.Input, FindHolder.Output?>(boxes)
{
    /// <summary>What it is given: the placement is where the volume may be, if anywhere.</summary>
    public sealed record Input(BoxOperation Operation, Placement? Placement, BoxVolume Volume) : IBoxInput;

    /// <param name="Name">The VM.</param>
    /// <param name="From">Where the volume is to be taken off; null when it has to stay.</param>
    /// <param name="Obstacle">Why it has to stay.</param>
    public sealed record Output(string Name, Placement? From, string? Obstacle);

    /// <returns>Null when no other VM has the volume any more, or it is on its way off there.</returns>
    [Function(nameof(FindHolder))]
    public Task<Output?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<FindHolder.Output?> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var (operation, placement, volume) = input;
        if (
            await compute.FindOtherHolderAsync(new ResourceIdentifier(volume.ResourceId), placement?.ResourceId, cancellationToken)
            is not { } holder
        )
            return null;

        var instance = await instances.FindAsync(holder.Name, cancellationToken);
        if (instance is { State: InstanceState.Free } && ObstacleOf(instance, holder, operation.Key) is null)
        {
            instance =
                await instances.TryClaimAsync(instance.Id, operation, volume.VolumeId, cancellationToken)
                ?? await instances.FindAsync(instance.Id, cancellationToken);
        }

        return ObstacleOf(instance, holder, operation.Key) is { } obstacle
            ? new Output(holder.Name, null, obstacle)
            : new Output(holder.Name, instance!.PlacementAt(0), null);
    }

    /// <summary>
    /// Why the box's volume may not be taken off the VM that has it; null when it may. The reconciler goes by the same rule.
    /// </summary>
    /// <param name="instance">The instance of the VM's name, if there is one.</param>
    /// <param name="holder">The VM.</param>
    /// <param name="box">The volume's owner.</param>
    internal static string? ObstacleOf(InstanceRow? instance, ResourceIdentifier holder, BoxKey box) =>
        instance is null ? "that VM is not registered as an instance"
        : !instance.ResourceId.Equals(holder.ToString(), StringComparison.OrdinalIgnoreCase) ? "the instance of that name is another VM"
        : instance.State is InstanceState.Claimed && instance.ClaimedBy != box ? "the instance is claimed by another box"
        : null;
}
