using System.Text.Json.Serialization;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>
/// Takes a box that runs without a session into its hold. Null when the box is no longer that operation's, or somebody has connected: then
/// there is nothing to hold.
/// </summary>
public sealed class BeginHold(BoxStore boxes, InstanceStore instances)
{
    /// <param name="Key">The box, as user id and name.</param>
    /// <param name="ExpectedOperationId">Whose the box is believed to be.</param>
    /// <param name="ExpectedEpoch">And since which epoch.</param>
    /// <param name="OperationId">The operation that holds it, and releases it later.</param>
    public sealed record Input(BoxKey Key, string ExpectedOperationId, Epoch ExpectedEpoch, string OperationId)
    {
        [JsonIgnore]
        public BoxOperation Expected => new(Key, ExpectedOperationId, ExpectedEpoch);
    }

    /// <param name="Epoch">The hold's epoch.</param>
    /// <param name="Placement">Where the box is; null when its instance is no longer registered.</param>
    public sealed record Output(Epoch Epoch, Placement? Placement);

    [Function(nameof(BeginHold))]
    public async Task<Output?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        try
        {
            var box = await boxes.BeginHoldAsync(input.Expected, input.OperationId, cancellationToken);
            var instance = box.InstanceId is { } id ? await instances.FindAsync(id, cancellationToken) : null;
            return new Output(box.Epoch, instance?.PlacementAt(box.Lun ?? 0));
        }
        catch (OperationSupersededException)
        {
            return null;
        }
    }
}
