using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Deletion;

/// <summary>
/// Looks whether the disk is gone, and begins its deletion when it is not, without waiting for its end. Never one that the provider calls
/// attached.
/// </summary>
public sealed class DeleteVolume(BoxStore boxes, VolumeStore volumes, ComputeInstances compute)
    : BoxActivity<DeleteVolume.Input, DeleteVolume.Output>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, BoxVolume Volume) : IBoxInput;

    /// <param name="Gone">There is no such disk.</param>
    /// <param name="ArmOperation">The URL of the deletion's state, where ARM gave one.</param>
    public sealed record Output(bool Gone, Uri? ArmOperation);

    /// <exception cref="StepFailedException">The volume is another's, or attached.</exception>
    [Function(nameof(DeleteVolume))]
    public Task<Output> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<DeleteVolume.Output> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var (operation, volume) = input;

        // The last look before what cannot be undone: whose it is, by the record, and what the provider says.
        if (
            await volumes.FindAsync(volume.VolumeId, cancellationToken) is not { State: VolumeState.Deleting } row
            || row.Owner != operation.Key
        )
        {
            throw new StepFailedException($"The volume {volume.VolumeId} is not that of box {operation.BoxName}; it is left as it is.");
        }

        var (gone, armOperation) = await compute.BeginDeleteDiskAsync(new ResourceIdentifier(volume.ResourceId), cancellationToken);
        return new Output(gone, armOperation);
    }
}
