using Microsoft.Extensions.Logging;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// One page of the VMs that Resource Graph shows, against the rows of table Instances that lie beside it. What changed recently is left
/// alone, the provider is asked before anything is found or repaired, and one instance's fault is not the next one's. Some instances a run
/// are asked over SSH how they are.
/// </summary>
public sealed partial class ReconcileInstances(
    ResourceGraph graph,
    ProviderReads reads,
    BoxStore boxes,
    InstanceStore instances,
    InstanceProbe probe,
    TagMirror mirror,
    EventLog events,
    ShellboxMetrics metrics,
    TimeProvider time,
    ILogger<ReconcileInstances> logger
)
{
    /// <param name="Run">The run.</param>
    /// <param name="SkipToken">What asks for this page; null for the first.</param>
    /// <param name="After">The last id of the page before; empty on the first.</param>
    /// <param name="Budget">What is left of the run's limits.</param>
    public sealed record Input(ReconcileRun Run, string? SkipToken, string After, ReconcileBudget Budget);

    [Function(nameof(ReconcileInstances))]
    public async Task<ReconcilePage> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var findings = new PageFindings(events, metrics, input.Run, input.Budget);
        var options = input.Run.Options;
        var page = await graph.QueryTaggedAsync(ShellboxTags.InstanceRole, options.PageSize, input.SkipToken, cancellationToken);
        var settledBefore = time.GetUtcNow() - options.AgeGuard;
        var upTo = RowRange.UpTo(page);
        var rows = await RowRange.ReadAsync(
            instances.ListRangeAsync(input.After, upTo, cancellationToken),
            r => r.Id,
            findings,
            cancellationToken
        );

        await RowRange.CompareEachAsync(
            page,
            rows,
            new RowComparison<InstanceRow>(
                instances.FindAsync,
                (resource, token) => CheckUnknownAsync(findings, resource, settledBefore, token),
                (resource, row, token) => CompareAsync(findings, resource, row, settledBefore, token),
                (id, e) =>
                {
                    LogFailed(id, e);
                    return findings.ReportAsync(FindingKind.Failed, id, e.Message.FirstLine(), instanceId: id);
                }
            ),
            cancellationToken
        );

        await probe.RunAsync(findings, rows.Values, settledBefore, cancellationToken);
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
        var vm = await reads.FindVirtualMachineAsync(resource.Id, cancellationToken);
        if (vm is null || ShellboxTags.Find(vm.Tags, ShellboxTags.Role) != ShellboxTags.InstanceRole)
        {
            findings.Skip(SkipReason.ProviderDisagrees);
        }
        else if (vm.TimeCreated > settledBefore)
        {
            findings.Skip(SkipReason.AgeGuard);
        }
        else
        {
            await findings.ReportAsync(
                FindingKind.UnknownInstance,
                resource.Id,
                "The VM is tagged as an instance, but no row knows it; adopt the fleet to register it.",
                instanceId: resource.Name
            );
        }
    }

    private async Task CompareAsync(
        PageFindings findings,
        ResourceGraphRow? resource,
        InstanceRow row,
        DateTimeOffset settledBefore,
        CancellationToken cancellationToken
    )
    {
        if (row.State is not (InstanceState.Free or InstanceState.Claimed or InstanceState.Quarantined))
            return;
        var wanted = ShellboxTags.Of(row);
        var differs = resource is null || ShellboxTags.Differs(resource.Tags, wanted);
        if (row.Timestamp > settledBefore)
        {
            if (differs)
                findings.Skip(SkipReason.AgeGuard);
            return;
        }

        if (
            row is { State: InstanceState.Claimed, ClaimedBy: { } key }
            && (await boxes.FindAsync(key, cancellationToken))?.InstanceId != row.Id
        )
        {
            await CheckClaimAsync(findings, row, key, cancellationToken);
        }
        else if (resource is null)
        {
            await CheckMissingAsync(findings, row, wanted, cancellationToken);
        }
        else if (differs)
        {
            await CheckTagsAsync(findings, row, wanted, cancellationToken);
        }
    }

    /// <summary>A box knows of its instance before it claims it, so a claim that its box does not know of is nobody's.</summary>
    private async Task CheckClaimAsync(PageFindings findings, InstanceRow row, BoxKey key, CancellationToken cancellationToken)
    {
        if (!findings.TryTakeCheck())
            return;
        if (await reads.FindVirtualMachineAsync(row.ResourceId, cancellationToken) is not { } vm)
        {
            await ReportMissingAsync(findings, row, cancellationToken);
            return;
        }

        var disks = vm.StorageProfile?.DataDisks ?? [];
        if (disks.Count > 0)
        {
            await findings.ReportAsync(
                FindingKind.LeakedClaim,
                row.ResourceId,
                $"No box knows of the claim by {key}, but the disk "
                    + $"{string.Join(", ", disks.Select(d => d.ManagedDisk?.Id?.Name ?? d.Name))} is attached: for an operator to "
                    + $"decide.",
                instanceId: row.Id
            );
            return;
        }

        await findings.RepairAsync(
            FindingKind.LeakedClaim,
            row.ResourceId,
            $"The claim by {key} is known to no box; the instance has no disk.",
            () => instances.TryFreeAsync(row.Id, new BoxOperation(key, row.OperationId ?? "", row.Epoch), cancellationToken),
            (null, row.Id)
        );
    }

    private async Task CheckMissingAsync(
        PageFindings findings,
        InstanceRow row,
        Dictionary<string, string> wanted,
        CancellationToken cancellationToken
    )
    {
        if (!findings.TryTakeCheck())
            return;
        if (await reads.FindVirtualMachineAsync(row.ResourceId, cancellationToken) is null)
        {
            await ReportMissingAsync(findings, row, cancellationToken);
        }
        else
        {
            // It is there: what Resource Graph looks for it by, its role, may be gone.
            await CheckTagsAsync(findings, row, wanted, cancellationToken);
        }
    }

    private Task CheckTagsAsync(
        PageFindings findings,
        InstanceRow row,
        Dictionary<string, string> wanted,
        CancellationToken cancellationToken
    ) =>
        new TagCheck(reads, findings).RunAsync(
            row.ResourceId,
            wanted,
            () => mirror.EnqueueInstanceAsync(row.Id, cancellationToken),
            (row.ClaimedBy, row.Id),
            cancellationToken
        );

    private Task ReportMissingAsync(PageFindings findings, InstanceRow row, CancellationToken cancellationToken)
    {
        const string Gone = "There is no such VM any more";
        return row.State is InstanceState.Free
            ? findings.RepairAsync(
                FindingKind.RowWithoutResource,
                row.ResourceId,
                $"{Gone}: instance {row.Id} is given to nobody.",
                () => instances.TryQuarantineFreeAsync(row, Gone + ".", cancellationToken),
                (null, row.Id)
            )
            : findings.ReportAsync(
                FindingKind.RowWithoutResource,
                row.ResourceId,
                $"{Gone}; instance {row.Id} is registered as {row.State}.",
                row.ClaimedBy,
                row.Id
            );
    }

    [LoggerMessage(401, LogLevel.Warning, "Reconciling instance {InstanceId} failed; the others go on")]
    private partial void LogFailed(string instanceId, Exception exception);
}
