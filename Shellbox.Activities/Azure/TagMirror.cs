using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using Azure.Storage.Queues;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Azure;

/// <summary>
/// Brings the tags of a resource to what the tables say, in the background. A message names a resource and nothing more, and its handler
/// reads the tables anew: lost, doubled and late messages do no harm.
/// </summary>
public sealed class TagMirror(ArmConnection arm, BoxStore boxes, InstanceStore instances, VolumeStore volumes, QueueServiceClient queues)
{
    public const string QueueName = "tag-updates";

    // The Functions queue trigger reads Base64 unless host.json says otherwise.
    private readonly QueueClient _queue = queues.GetQueueClient(QueueName);

    public async Task CreateQueueIfMissingAsync(CancellationToken cancellationToken) =>
        await _queue.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    public Task EnqueueInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        EnqueueAsync(new TagUpdate(ShellboxTags.InstanceRole, instanceId), cancellationToken);

    public Task EnqueueVolumeAsync(string volumeId, CancellationToken cancellationToken) =>
        EnqueueAsync(new TagUpdate(ShellboxTags.VolumeRole, volumeId), cancellationToken);

    /// <exception cref="FormatException">The message is not one of ours.</exception>
    public async Task HandleAsync(string message, CancellationToken cancellationToken)
    {
        TagUpdate? update;
        try
        {
            update = JsonSerializer.Deserialize<TagUpdate>(message, JsonSerializerOptions.Web);
        }
        catch (JsonException e)
        {
            throw new FormatException("A tag update is not JSON.", e);
        }

        switch (update)
        {
            case { Role: ShellboxTags.InstanceRole, Id: { } id }:
                if (await instances.FindAsync(id, cancellationToken) is { } instance)
                {
                    await ApplyAsync(instance.ResourceId, ShellboxTags.Of(instance), cancellationToken);
                }

                break;
            case { Role: ShellboxTags.VolumeRole, Id: { } id }:
                if (await volumes.FindAsync(id, cancellationToken) is { } volume)
                {
                    var box = volume.Owner is { } owner ? await boxes.FindAsync(owner, cancellationToken) : null;
                    await ApplyAsync(volume.ResourceId, ShellboxTags.Of(volume, box), cancellationToken);
                }

                break;
            default:
                throw new FormatException("A tag update names no role or no id.");
        }
    }

    private async Task ApplyAsync(string resourceId, Dictionary<string, string> wanted, CancellationToken cancellationToken)
    {
        var scope = new ResourceIdentifier(resourceId);
        var tags = arm.Client.GetTagResource(TagResource.CreateResourceIdentifier(scope));
        var actual = (await tags.GetAsync(cancellationToken)).Value.Data.TagValues;
        var (set, remove) = ShellboxTags.Difference(actual, wanted);
        if (set.Count > 0) await PatchAsync(TagPatchMode.Merge, set);
        if (remove.Count > 0) await PatchAsync(TagPatchMode.Delete, remove.ToDictionary(name => name, name => actual[name]));

        async Task PatchAsync(TagPatchMode mode, Dictionary<string, string> values)
        {
            var patch = new TagResourcePatch { PatchMode = mode };
            foreach (var (name, value) in values) patch.TagValues[name] = value;
            await tags.UpdateAsync(WaitUntil.Completed, patch, cancellationToken);
        }
    }

    private async Task EnqueueAsync(TagUpdate update, CancellationToken cancellationToken) =>
        await _queue.SendMessageAsync(BinaryData.FromObjectAsJson(update, JsonSerializerOptions.Web), cancellationToken: cancellationToken);

    private sealed record TagUpdate(string? Role, string? Id);
}
