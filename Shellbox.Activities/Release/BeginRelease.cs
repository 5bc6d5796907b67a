using System.Text.Json.Serialization;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>
/// Takes the box for a release: from a disconnect that has moved the row already, or from an operation that failed or is over. Null when
/// the box is no longer that operation's: then there is nothing to release.
/// </summary>
public sealed class BeginRelease(BoxStore boxes, InstanceStore instances, VolumeStore volumes)
{
    /// <param name="Key">The box, as user id and name.</param>
    /// <param name="ExpectedOperationId">Whose the box is believed to be.</param>
    /// <param name="ExpectedEpoch">And since which epoch.</param>
    /// <param name="OperationId">The release.</param>
    public sealed record Input(BoxKey Key, string ExpectedOperationId, Epoch ExpectedEpoch, string OperationId)
    {
        [JsonIgnore]
        public BoxOperation Expected => new(Key, ExpectedOperationId, ExpectedEpoch);
    }

    /// <param name="Epoch">The release's epoch.</param>
    /// <param name="Placement">Where the box is; null when it got no instance.</param>
    /// <param name="Volume">Its volume; null when it is not registered.</param>
    public sealed record Output(Epoch Epoch, Placement? Placement, BoxVolume? Volume);

    [Function(nameof(BeginRelease))]
    public async Task<Output?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        BoxRow box;
        try
        {
            box = await boxes.BeginReleaseAsync(input.Expected, input.OperationId, cancellationToken);
        }
        catch (OperationSupersededException)
        {
            return null;
        }

        var volume = await volumes.FindAsync(box.VolumeId, cancellationToken);
        var instance = box.InstanceId is { } id ? await instances.FindAsync(id, cancellationToken) : null;
        return new Output(
            box.Epoch,
            instance?.PlacementAt(box.Lun ?? 0),
            volume is null ? null : new BoxVolume(volume.Id, volume.ResourceId, volume.AttachedTo)
        );
    }
}
