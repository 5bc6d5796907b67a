using Azure.Core;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// Registers a managed disk as a volume, and the box that its tags name. Null when it was registered (or is already); else why not.
/// </summary>
public sealed class AdoptVolume(ArmConnection arm, VolumeStore volumes, BoxStore boxes, EventLog events)
{
    [Function(nameof(AdoptVolume))]
    public async Task<string?> RunAsync([ActivityTrigger] string resourceId, CancellationToken cancellationToken)
    {
        var disk = (await arm.Client.GetManagedDiskResource(new ResourceIdentifier(resourceId)).GetAsync(cancellationToken)).Value;
        disk.Data.Tags.TryGetValue(ShellboxTags.UserId, out var userId);
        disk.Data.Tags.TryGetValue(ShellboxTags.BoxName, out var boxName);
        if (!BoxKey.IsUserId(userId)) return $"Its tag {ShellboxTags.UserId} is not {BoxKey.UserIdForm}.";
        if (!BoxKey.IsBoxName(boxName)) return $"Its tag {ShellboxTags.BoxName} is not {BoxKey.BoxNameForm}.";
        if (disk.Data.ManagedBy is { } holder) return $"It is attached to {holder.Name}; detach it first.";

        var key = new BoxKey(userId, boxName);
        if (await boxes.FindAsync(key, cancellationToken) is { } box && box.VolumeId != disk.Data.Name)
        {
            return $"The box {boxName} of this user has another volume, {box.VolumeId}.";
        }

        await volumes.TryAddAsync(disk.Data.Name, resourceId, key, null, cancellationToken);
        if (await boxes.TryAddAsync(key, disk.Data.Name, cancellationToken))
        {
            await events.WriteAsync(
                key, "box-adopted", $"Box {boxName} on volume {disk.Data.Name} is registered.", cancellationToken: cancellationToken);
        }

        return null;
    }
}
