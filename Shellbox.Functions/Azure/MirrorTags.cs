using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Azure;

/// <summary>Brings the tags of one resource to what the tables say.</summary>
public sealed class MirrorTags(TagMirror mirror)
{
    [Function(nameof(MirrorTags))]
    public Task RunAsync([QueueTrigger(WorkQueues.TagUpdates)] string message, CancellationToken cancellationToken) =>
        mirror.HandleAsync(message, cancellationToken);
}
