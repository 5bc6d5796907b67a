using Shellbox.Activities.Azure;

namespace Shellbox.Activities.Connect;

/// <summary>Asks the tag mirror to bring the volume's tags up to date, in the background.</summary>
public sealed class RecordTagUpdate(TagMirror mirror)
{
    [Function(nameof(RecordTagUpdate))]
    public Task RunAsync([ActivityTrigger] string volumeId, CancellationToken cancellationToken) =>
        mirror.EnqueueVolumeAsync(volumeId, cancellationToken);
}
