using Shellbox.Activities.Azure;

namespace Shellbox.Functions.Background;

/// <summary>Brings the tags of one resource to what the tables say.</summary>
public sealed class MirrorTags(TagMirror mirror)
{
    [Function(nameof(MirrorTags))]
    public Task RunAsync([QueueTrigger(TagMirror.QueueName)] string message, CancellationToken cancellationToken) =>
        mirror.HandleAsync(message, cancellationToken);
}
