using Microsoft.Extensions.Logging;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// One page of the disks that Resource Graph shows, against the rows of table Volumes that lie beside it and the boxes that own them. What
/// changed recently is left alone, the provider is asked before anything is found or repaired, and one volume's fault is not the next
/// one's.
/// </summary>
public sealed partial class ReconcileVolumes(
    ResourceGraph graph,
    ProviderReads reads,
    BoxStore boxes,
    VolumeStore volumes,
    AttachmentCheck attachments,
    TagMirror mirror,
    EventLog events,
    ShellboxMetrics metrics,
    TimeProvider time,
    ILogger<ReconcileVolumes> logger
)
{
    /// <param name="Run">The run.</param>
    /// <param name="SkipToken">What asks for this page; null for the first.</param>
    /// <param name="After">The last id of the page before; empty on the first.</param>
    /// <param name="Budget">What is left of the run's limits.</param>
    public sealed record Input(ReconcileRun Run, string? SkipToken, string After, ReconcileBudget Budget);

    [Function(nameof(ReconcileVolumes))]
    public async Task<ReconcilePage> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var findings = new PageFindings(events, metrics, input.Run, input.Budget);
        var options = input.Run.Options;
        var page = await graph.QueryTaggedAsync(ShellboxTags.VolumeRole, options.PageSize, input.SkipToken, cancellationToken);
        var settledBefore = time.GetUtcNow() - options.AgeGuard;
        var upTo = RowRange.UpTo(page);
        var rows = await RowRange.ReadAsync(
            volumes.ListRangeAsync(input.After, upTo, cancellationToken),
            r => r.Id,
            findings,
            cancellationToken
        );

        await RowRange.CompareEachAsync(
            page,
            rows,
            new RowComparison<VolumeRow>(
                volumes.FindAsync,
                (resource, token) => CheckUnknownAsync(findings, resource, settledBefore, token),
                (resource, row, token) => CompareAsync(findings, resource, row, settledBefore, token),
                (id, e) =>
                {
                    LogFailed(id, e);
                    return findings.ReportAsync(FindingKind.Failed, id, e.Message.FirstLine());
                }
            ),
            cancellationToken
        );

        return findings.ToPage(page.SkipToken, upTo ?? "", page.Rows.Count, rows.Count, page.Pause);
    }

    private async Task CheckUnknownAsync(
        PageFindings findings,
        ResourceGraphRow resource,
        DateTimeOffset settledBefore,
        CancellationToken cancellationToken
    )
    {
        if (!findings.TryTakeCheck())
            return;
        var disk = await reads.FindDiskAsync(resource.Id, cancellationToken);
        if (disk is null || ShellboxTags.Find(disk.Tags, ShellboxTags.Role) != ShellboxTags.VolumeRole)
        {
            findings.Skip(SkipReason.ProviderDisagrees);
            return;
        }

        if (disk.TimeCreated > settledBefore)
        {
            findings.Skip(SkipReason.AgeGuard);
            return;
        }

        if (
            ShellboxTags.Find(disk.Tags, ShellboxTags.UserId) is { } userId
            && BoxKey.IsUserId(userId)
            && ShellboxTags.Find(disk.Tags, ShellboxTags.BoxName) is { } boxName
            && BoxKey.IsBoxName(boxName)
            && await boxes.FindAsync(new BoxKey(userId, boxName), cancellationToken) is { } box
            && box.VolumeId != disk.Name
        )
        {
            await findings.ReportAsync(
                FindingKind.DuplicateTags,
                resource.Id,
                $"The disk's tags name the box {boxName}, which has another volume, {box.VolumeId}; no row knows this one.",
                box.Key
            );
            return;
        }

        await findings.ReportAsync(
            FindingKind.UnknownVolume,
            resource.Id,
            "The disk is tagged as a volume, but no row knows it; adopt the fleet to register it."
        );
    }

    private async Task CompareAsync(
        PageFindings findings,
        ResourceGraphRow? resource,
        VolumeRow row,
        DateTimeOffset settledBefore,
        CancellationToken cancellationToken
    )
    {
        // Its delete removes disk and row one after the other, and is seen through by the sweep.
        if (row.State is VolumeState.Deleting)
            return;
        if (row.Owner is { } owner)
            findings.Pair(owner, row.Id);

        // A volume at rest whose tags are right needs no read of its box. The tag that tells when the box was last used is compared when
        // there is another reason.
        var differs = resource is null || ShellboxTags.Differs(resource.Tags, ShellboxTags.Of(row, null));
        if (!differs && row.AttachedTo is null && resource?.Holder is null)
            return;
        var box = row.Owner is { } key ? await boxes.FindAsync(key, cancellationToken) : null;
        var wanted = ShellboxTags.Of(row, box);
        differs |= resource is not null && ShellboxTags.Differs(resource.Tags, wanted);
        if (row.Timestamp > settledBefore || box?.Timestamp > settledBefore)
        {
            if (differs)
                findings.Skip(SkipReason.AgeGuard);
            return;
        }

        if (box?.VolumeId == row.Id && resource is not null && AttachmentCheck.IsSuspect(resource.Holder, row, box))
        {
            await attachments.RunAsync(findings, row, box, cancellationToken);
        }

        if (resource is null && findings.TryTakeCheck() && await reads.FindDiskAsync(row.ResourceId, cancellationToken) is null)
        {
            await findings.ReportAsync(
                FindingKind.RowWithoutResource,
                row.ResourceId,
                $"There is no such disk any more; {(row.Owner is { } lost ? $"the volume of box {lost}" : "a blank volume")} is lost.",
                row.Owner
            );
        }
        else if (differs)
        {
            await new TagCheck(reads, findings).RunAsync(
                row.ResourceId,
                wanted,
                () => mirror.EnqueueVolumeAsync(row.Id, cancellationToken),
                (row.Owner, row.AttachedTo),
                cancellationToken
            );
        }
    }

    [LoggerMessage(402, LogLevel.Warning, "Reconciling volume {VolumeId} failed; the others go on")]
    private partial void LogFailed(string volumeId, Exception exception);
}
