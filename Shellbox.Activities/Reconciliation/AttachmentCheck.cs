using Azure.Core;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// A volume that is attached otherwise than recorded. Only boxes at rest are judged: an operation under way changes the record and the disk
/// one after the other. The disk is taken off by a release like any other, which ends the guest first.
/// </summary>
public sealed class AttachmentCheck(ProviderReads reads, BoxStore boxes, InstanceStore instances, VolumeStore volumes)
{
    /// <summary>Whether what Resource Graph shows is worth a question to the provider.</summary>
    internal static bool IsSuspect(string? holder, VolumeRow row, BoxRow box) =>
        !Same(holder, row.AttachedTo) || !Same(holder, box.State is BoxState.Stopped ? null : box.InstanceId);

    internal async Task RunAsync(PageFindings findings, VolumeRow row, BoxRow box, CancellationToken cancellationToken)
    {
        if (box.State is not (BoxState.Stopped or BoxState.Running or BoxState.Attached))
        {
            findings.Skip(SkipReason.InFlight);
            return;
        }

        // No disk at all is another finding.
        if (!findings.TryTakeCheck() || await reads.FindDiskAsync(row.ResourceId, cancellationToken) is not { } disk)
            return;
        var holder = disk.ManagedBy;
        if (!IsSuspect(holder?.Name, row, box))
        {
            findings.Skip(SkipReason.ProviderDisagrees);
            return;
        }

        // While an attach runs, the disk does not show it yet; the VM's model does.
        if (holder is null && await IsNamedByAsync(box.InstanceId ?? row.AttachedTo, row, findings, cancellationToken) is not false)
        {
            findings.Skip(SkipReason.InFlight);
            return;
        }

        // Read again after the provider: an operation that began in between has changed a row.
        if (
            (await boxes.FindAsync(box.Key, cancellationToken))?.ETag != box.ETag
            || (await volumes.FindAsync(row.Id, cancellationToken))?.ETag != row.ETag
        )
        {
            findings.Skip(SkipReason.InFlight);
            return;
        }

        await (
            box.State is BoxState.Stopped
                ? CheckStoppedAsync(findings, row, box, holder, cancellationToken)
                : CheckPlacedAsync(findings, row, box, holder, cancellationToken)
        );
    }

    private async Task CheckStoppedAsync(
        PageFindings findings,
        VolumeRow row,
        BoxRow box,
        ResourceIdentifier? holder,
        CancellationToken cancellationToken
    )
    {
        if (holder is null)
        {
            await findings.RepairAsync(
                FindingKind.FreeRecordedAttached,
                row.ResourceId,
                $"The volume is recorded as attached to {row.AttachedTo}, but nothing holds it; the record is corrected.",
                () => TryRecordAsync(row, null, row.Epoch, cancellationToken),
                (box.Key, row.AttachedTo)
            );
            return;
        }

        var kind =
            row.AttachedTo is null || Same(row.AttachedTo, holder.Name) ? FindingKind.AttachedRecordedFree : FindingKind.AttachedElsewhere;
        var recorded = kind is FindingKind.AttachedElsewhere ? $" and recorded as attached to {row.AttachedTo}" : "";
        var detail = $"The box is stopped, but its volume is attached to {holder.Name}{recorded}";
        var instance = await instances.FindAsync(holder.Name, cancellationToken);
        var obstacle = FindHolder.ObstacleOf(instance, holder, box.Key);
        if (obstacle is not null)
        {
            await findings.ReportAsync(kind, row.ResourceId, $"{detail}; {obstacle}: for an operator to decide.", box.Key, holder.Name);
            return;
        }

        await findings.RepairAsync(kind, row.ResourceId, $"{detail}; it is released.", ReleaseAsync, (box.Key, holder.Name));

        async Task<bool> ReleaseAsync()
        {
            var operationId = $"{findings.Run.Id}-{box.Key}";
            if (await boxes.TryRecordFoundAsync(box, operationId, holder.Name, 0, cancellationToken) is not { } placed)
                return false;

            // So that nobody else gets the instance meanwhile. When it has just been taken, the release does without: it touches this box's
            // guest and disk alone.
            await instances.TryClaimAsync(holder.Name, new BoxOperation(placed.Key, operationId, placed.Epoch), row.Id, cancellationToken);
            await volumes.RecordAttachmentAsync(row.Id, holder.Name, placed.Epoch, cancellationToken);
            findings.Release(
                new BoxToRelease(
                    placed.Key,
                    operationId,
                    placed.Epoch,
                    $"Reconciled: the volume of a stopped box was attached to {holder.Name}."
                )
            );
            return true;
        }
    }

    private async Task CheckPlacedAsync(
        PageFindings findings,
        VolumeRow row,
        BoxRow box,
        ResourceIdentifier? holder,
        CancellationToken cancellationToken
    )
    {
        if (holder is null)
        {
            await findings.ReleaseAsync(
                FindingKind.FreeRecordedAttached,
                new BoxToRelease(box.Key, box.OperationId!, box.Epoch, "Reconciled: the volume was no longer attached."),
                row.ResourceId,
                $"The box is {box.State.Word()} on {box.InstanceId}, but nothing holds its volume any more; it is released.",
                box.InstanceId
            );
        }
        else if (Same(holder.Name, box.InstanceId))
        {
            var recorded = row.AttachedTo is null ? "detached" : $"attached to {row.AttachedTo}";
            await findings.RepairAsync(
                row.AttachedTo is null ? FindingKind.AttachedRecordedFree : FindingKind.AttachedElsewhere,
                row.ResourceId,
                $"The volume is recorded as {recorded}, but the box is {box.State.Word()} with it on {holder.Name}; the record "
                    + $"is corrected.",
                () => TryRecordAsync(row, holder.Name, box.Epoch, cancellationToken),
                (box.Key, holder.Name)
            );
        }
        else
        {
            await findings.ReportAsync(
                FindingKind.AttachedElsewhere,
                row.ResourceId,
                $"The box is {box.State.Word()} on {box.InstanceId}, but its volume is attached to {holder.Name}: for an "
                    + $"operator to decide.",
                box.Key,
                holder.Name
            );
        }
    }

    /// <summary>Whether the VM's model names the disk; null when that could not be asked.</summary>
    private async Task<bool?> IsNamedByAsync(string? instanceId, VolumeRow row, PageFindings findings, CancellationToken cancellationToken)
    {
        if (instanceId is null || await instances.FindAsync(instanceId, cancellationToken) is not { } instance)
            return false;
        if (!findings.TryTakeCheck())
            return null;
        var vm = await reads.FindVirtualMachineAsync(instance.ResourceId, cancellationToken);
        return vm?.StorageProfile?.DataDisks.Any(d =>
            row.ResourceId.Equals(d.ManagedDisk?.Id?.ToString(), StringComparison.OrdinalIgnoreCase)
        )
            is true;
    }

    private async Task<bool> TryRecordAsync(VolumeRow row, string? instanceId, Epoch epoch, CancellationToken cancellationToken)
    {
        await volumes.RecordAttachmentAsync(row.Id, instanceId, epoch, cancellationToken);
        return true;
    }

    private static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
