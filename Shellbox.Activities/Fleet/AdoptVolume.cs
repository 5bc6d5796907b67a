using System.Globalization;
using Azure.Core;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Fleet;

/// <summary>
/// Registers a managed disk as a volume, and the box that its tags name. A volume that is attached is registered with its instance, and a
/// guest that runs there goes on running. What the tags and the providers do not decide is refused with the reason, and nothing is changed
/// on the resources.
/// </summary>
public sealed class AdoptVolume(
    ComputeInstances compute,
    ProviderReads reads,
    InstanceShell shell,
    VolumeStore volumes,
    BoxStore boxes,
    InstanceStore instances,
    TagMirror mirror,
    EventLog events,
    TimeProvider time
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="ResourceId">The disk's ARM id.</param>
    /// <param name="Recover">Whether these boxes had rows that were lost.</param>
    public sealed record Input(string ResourceId, bool Recover);

    /// <param name="Placement">The instance.</param>
    /// <param name="Row">Its row; null when it has none yet.</param>
    /// <param name="Guest">The box's guest in its memory; null when none is.</param>
    private sealed record Found(Placement Placement, InstanceRow? Row, AgentGuest? Guest);

    /// <summary>What disk and tags say.</summary>
    private sealed record Described(ManagedDiskData Disk, BoxKey Key, Epoch Epoch, DateTimeOffset LastUsed);

    [Function(nameof(AdoptVolume))]
    public async Task<Adoption> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        if (await reads.FindDiskAsync(input.ResourceId, cancellationToken) is not { } disk)
            return Adoption.Refused("It is gone.");
        var userId = ShellboxTags.Find(disk.Tags, ShellboxTags.UserId);
        var boxName = ShellboxTags.Find(disk.Tags, ShellboxTags.BoxName);
        if (userId is null && ShellboxTags.Find(disk.Tags, ShellboxTags.Status) == ShellboxTags.BlankStatus)
        {
            // Tags lag behind the tables: whoever took it a moment before those were lost may have data on it, and the next who is given it
            // would read them.
            return Adoption.Refused(
                "It is blank by its tags, which may be behind: delete it when nobody misses it, and the pool makes another."
            );
        }

        if (!BoxKey.IsUserId(userId))
            return Adoption.Refused($"Its tag {ShellboxTags.UserId} is not {BoxKey.UserIdForm}.");
        if (!BoxKey.IsBoxName(boxName))
            return Adoption.Refused($"Its tag {ShellboxTags.BoxName} is not {BoxKey.BoxNameForm}.");

        var key = new BoxKey(userId, boxName);
        if (await boxes.FindAsync(key, cancellationToken) is { } box && box.VolumeId != disk.Name)
        {
            return Adoption.Refused($"The box {boxName} of this user has another volume, {box.VolumeId}.");
        }

        // Instances remember the highest epoch that they have seen for a box and refuse lower ones. Rows that were lost had some: the
        // seconds since 1970 are above any that was counted up one by one.
        var epoch = input.Recover ? new Epoch(time.GetUtcNow().ToUnixTimeSeconds()) : Epoch.None;
        var lastUsed = DateTimeOffset.TryParse(
            ShellboxTags.Find(disk.Tags, ShellboxTags.LastUsed),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var used
        )
            ? used
            : time.GetUtcNow();
        var described = new Described(disk, key, epoch, lastUsed);
        return disk.ManagedBy is { } holder
            ? await AdoptAttachedAsync(described, holder, cancellationToken)
            : await RegisterAsync(described, null, cancellationToken);
    }

    private async Task<Adoption> AdoptAttachedAsync(Described described, ResourceIdentifier holder, CancellationToken cancellationToken)
    {
        var (disk, key, epoch, _) = described;
        if (await reads.FindVirtualMachineAsync(holder.ToString(), cancellationToken) is not { } vm)
            return Adoption.Refused($"It is attached to {holder.Name}, which is gone.");
        if (ShellboxTags.Find(vm.Tags, ShellboxTags.Role) != ShellboxTags.InstanceRole)
            return Adoption.Refused($"It is attached to {vm.Name}, which is not tagged as an instance.");
        var disks = vm.StorageProfile?.DataDisks ?? [];
        if (disks is not [{ Lun: 0 }])
            return Adoption.Refused($"It is attached to {vm.Name}, which has more than the one data disk at LUN 0 that an instance has.");

        var row = await instances.FindAsync(vm.Name, cancellationToken);
        if (row is { State: not InstanceState.Free } && row.ClaimedBy != key)
        {
            return Adoption.Refused(
                $"It is attached to {vm.Name}, which is registered as {(row.ClaimedBy is { } other ? $"claimed by {other}" : row.State)}."
            );
        }

        var (address, fingerprint) = row is null
            ? await AdoptInstance.ReadAsync(compute, vm, cancellationToken)
            : (row.Address, row.HostKeyFingerprint);
        var placement = new Placement(vm.Name, address, fingerprint, vm.Id.ToString(), 0);
        AgentStatus status;
        try
        {
            status = await shell.StatusAsync(placement, Patience, cancellationToken);
        }
        catch (Exception e) when (e is InstanceUnreachableException or StepFailedException)
        {
            return Adoption.Refused(
                $"It is attached to {vm.Name}, which does not say whether the box's guest runs: {e.Message.FirstLine()}"
            );
        }

        if (!status.Ok)
            return Adoption.Refused($"It is attached to {vm.Name}, which does not say whether the box's guest runs: {status.Message}");
        var running = status.Boxes.Where(b => b.Running).ToList();
        if (running.Find(b => b.Box != key.ToString() && b.Box != disk.Name) is { } foreign)
        {
            return Adoption.Refused($"It is attached to {vm.Name}, on which another guest runs, {foreign.Box}.");
        }

        // An instance may have seen a higher epoch than any counted here.
        var seen = new Epoch(status.Boxes.Where(b => b.Box == key.ToString() || b.Box == disk.Name).Max(b => b.Epoch) ?? 0);
        return await RegisterAsync(
            described with
            {
                Epoch = Epoch.Later(epoch, seen),
            },
            new Found(placement, row, running.FirstOrDefault()),
            cancellationToken
        );
    }

    /// <summary>The instance first and the box last: what a crash leaves half done, the next run completes.</summary>
    private async Task<Adoption> RegisterAsync(Described described, Found? found, CancellationToken cancellationToken)
    {
        var (disk, key, epoch, lastUsed) = described;
        var operation = new BoxOperation(key, "adopt-" + disk.Name, epoch);
        var instanceAdded = false;
        if (found is { } at)
        {
            instanceAdded = at.Row is null && await instances.TryAddClaimedAsync(at.Placement, operation, disk.Name, cancellationToken);
            if (
                !instanceAdded
                && await instances.FindAsync(at.Placement.InstanceId, cancellationToken) is not { State: InstanceState.Claimed }
                && await instances.TryClaimAsync(at.Placement.InstanceId, operation, disk.Name, cancellationToken) is null
            )
            {
                return Adoption.Refused($"It is attached to {at.Placement.InstanceId}, which has just been taken.");
            }
        }

        var instanceId = found?.Placement.InstanceId;
        var volumeAdded = await volumes.TryAddAsync(disk.Name, disk.Id.ToString(), key, instanceId, cancellationToken);
        var boxAdded = await boxes.TryAddFoundAsync(
            new BoxRow
            {
                PartitionKey = key.UserId,
                RowKey = key.BoxName,
                VolumeId = disk.Name,
                State = found switch
                {
                    null => BoxState.Stopped,
                    { Guest: null } => BoxState.Attached,
                    _ => BoxState.Running,
                },
                Since = time.GetUtcNow(),
                LastUsed = lastUsed,
                InstanceId = instanceId,
                Lun = found?.Placement.Lun,
                OperationId = found is null ? null : operation.OperationId,
                Epoch = epoch,
            },
            cancellationToken
        );
        if (boxAdded)
        {
            var how =
                found is null ? ""
                : found.Guest is null ? $", attached to {instanceId}"
                : $"; its guest on {instanceId} goes on";
            await events.WriteAsync(
                new AuditEvent(
                    key,
                    "box-adopted",
                    $"Box {key.BoxName} on volume {disk.Name} is registered{how}.",
                    operation.OperationId,
                    instanceId
                ),
                cancellationToken
            );
        }

        await mirror.EnqueueVolumeAsync(disk.Name, cancellationToken);
        if (instanceId is not null)
            await mirror.EnqueueInstanceAsync(instanceId, cancellationToken);
        return new Adoption(
            null,
            instanceAdded,
            volumeAdded,
            boxAdded,
            found?.Guest is not null,
            boxAdded && found?.Guest?.Status == "paused" ? operation : null
        );
    }
}
