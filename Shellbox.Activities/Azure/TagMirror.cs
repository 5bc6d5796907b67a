using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using Azure.Storage.Queues;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Azure;

/// <summary>
/// Brings the tags of a resource to what the tables say, in the background. A message names a resource and when it was sent, and its
/// handler reads the tables anew: lost, doubled and late messages do no harm, and one whose resource was brought up to date since is done
/// already. Writes are paced, because connects draw on the same limit of ARM's; one that ARM puts off all the same goes to the end of the
/// queue, and never to its poison queue.
/// </summary>
public sealed partial class TagMirror(
    ArmConnection arm,
    BoxStore boxes,
    InstanceStore instances,
    VolumeStore volumes,
    QueueServiceClient queues,
    IOptions<ShellboxOptions> options,
    TimeProvider time,
    ILogger<TagMirror> logger
)
{
    /// <summary>By how much the clocks of two app instances may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(2);

    /// <summary>When ARM does not say for how long it puts a write off.</summary>
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(30);

    /// <summary>More than there are resources as a rule; forgetting costs a read each.</summary>
    private const int MaxRemembered = 50_000;

    private readonly Pace _pace = new(options.Value.Azure.TagWritesPerSecond, time);

    /// <summary>From which instant on the tables were read that a resource's tags agree with.</summary>
    private readonly ConcurrentDictionary<(string Role, string Id), DateTimeOffset> _agreed = new();

    // The Functions queue trigger reads Base64 unless host.json says otherwise.
    private readonly QueueClient _queue = queues.GetQueueClient(WorkQueues.TagUpdates);

    public Task EnqueueInstanceAsync(string instanceId, CancellationToken cancellationToken) =>
        EnqueueAsync(new TagUpdate(ShellboxTags.InstanceRole, instanceId, time.GetUtcNow()), null, cancellationToken);

    public Task EnqueueVolumeAsync(string volumeId, CancellationToken cancellationToken) =>
        EnqueueAsync(new TagUpdate(ShellboxTags.VolumeRole, volumeId, time.GetUtcNow()), null, cancellationToken);

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

        if (update is not { Role: ShellboxTags.InstanceRole or ShellboxTags.VolumeRole, Id: { } id })
        {
            throw new FormatException("A tag update names no role or no id.");
        }

        var key = (update.Role, id);
        if (_agreed.TryGetValue(key, out var agreed) && update.At + Skew < agreed)
            return;
        var now = time.GetUtcNow();
        try
        {
            await (
                update.Role == ShellboxTags.InstanceRole
                    ? MirrorInstanceAsync(id, cancellationToken)
                    : MirrorVolumeAsync(id, cancellationToken)
            );
            if (_agreed.Count >= MaxRemembered)
                _agreed.Clear();
            _agreed[key] = now;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nothing to write on; the reconciler says that it is gone.
            LogGone(id);
        }
        catch (RequestFailedException e) when (e.Status is 429 or 503)
        {
            var delay =
                e.GetRawResponse() is { } response
                && response.Headers.TryGetValue("Retry-After", out var text)
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? TimeSpan.FromSeconds(seconds)
                    : DefaultDelay;
            LogPutOff(id, e.Status, delay);

            // Not all at once again.
            await EnqueueAsync(update with { At = time.GetUtcNow() }, delay * (1 + Random.Shared.NextDouble()), cancellationToken);
        }
    }

    private async Task MirrorInstanceAsync(string id, CancellationToken cancellationToken)
    {
        if (await instances.FindAsync(id, cancellationToken) is { } instance)
        {
            await ApplyAsync(instance.ResourceId, ShellboxTags.Of(instance), cancellationToken);
        }
    }

    private async Task MirrorVolumeAsync(string id, CancellationToken cancellationToken)
    {
        if (await volumes.FindAsync(id, cancellationToken) is { } volume)
        {
            var box = volume.Owner is { } owner ? await boxes.FindAsync(owner, cancellationToken) : null;
            await ApplyAsync(volume.ResourceId, ShellboxTags.Of(volume, box), cancellationToken);
        }
    }

    private async Task ApplyAsync(string resourceId, Dictionary<string, string> wanted, CancellationToken cancellationToken)
    {
        var scope = new ResourceIdentifier(resourceId);
        var tags = arm.Client.GetTagResource(TagResource.CreateResourceIdentifier(scope));
        var actual = (await tags.GetAsync(cancellationToken)).Value.Data.TagValues;
        var (set, remove) = ShellboxTags.Difference(actual, wanted);
        if (set.Count > 0)
            await PatchAsync(TagPatchMode.Merge, set);
        if (remove.Count > 0)
            await PatchAsync(TagPatchMode.Delete, remove.ToDictionary(name => name, name => actual[name]));

        async Task PatchAsync(TagPatchMode mode, Dictionary<string, string> values)
        {
            var patch = new TagResourcePatch { PatchMode = mode };
            foreach (var (name, value) in values)
                patch.TagValues[name] = value;
            await _pace.TakeAsync(cancellationToken);
            await tags.UpdateAsync(WaitUntil.Completed, patch, cancellationToken);
        }
    }

    private async Task EnqueueAsync(TagUpdate update, TimeSpan? delay, CancellationToken cancellationToken) =>
        await _queue.SendMessageAsync(
            BinaryData.FromObjectAsJson(update, JsonSerializerOptions.Web),
            delay,
            cancellationToken: cancellationToken
        );

    private sealed record TagUpdate(string? Role, string? Id, DateTimeOffset At);

    [LoggerMessage(211, LogLevel.Information, "The tags of {Id} cannot be written: the resource is gone")]
    private partial void LogGone(string id);

    [LoggerMessage(212, LogLevel.Information, "ARM answers {Status}: the tags of {Id} are written in {Delay} or later")]
    private partial void LogPutOff(string id, int status, TimeSpan delay);
}
