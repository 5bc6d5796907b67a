using Microsoft.Extensions.Options;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// Asks some instances a run over SSH how they are, those first that were not seen for the longest time. A free one that does not answer,
/// or on which a guest runs, is taken out of service before a connect meets it; one that was taken out of service only because it did not
/// answer comes back when it does.
/// </summary>
public sealed class InstanceProbe(
    ProviderReads reads,
    InstanceStore instances,
    InstanceShell shell,
    IOptions<ShellboxOptions> settings,
    TimeProvider time
)
{
    private const int Parallel = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    internal async Task RunAsync(
        PageFindings findings,
        IEnumerable<InstanceRow> rows,
        DateTimeOffset settledBefore,
        CancellationToken cancellationToken
    )
    {
        var options = findings.Run.Options;
        var seenBefore = time.GetUtcNow() - options.ProbeAfter;
        var due = rows.Where(r => r.State is InstanceState.Free or InstanceState.Claimed || MayComeBack(r))
            .Where(r => r.Timestamp <= settledBefore && r.LastSeen <= seenBefore)
            .OrderBy(r => r.State is InstanceState.Quarantined)
            .ThenBy(r => r.LastSeen)
            .ToList();
        due = due[..findings.TakeProbes(due.Count)];

        var silent = new System.Collections.Concurrent.ConcurrentBag<(InstanceRow Row, string Reason)>();
        await System.Threading.Tasks.Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (row, token) =>
            {
                // Twice: one dropped packet is no reason to take an instance out of service.
                if (
                    await AskAsync(row, token) is null
                    || row.State is InstanceState.Quarantined
                    || await AskAsync(row, token) is not { } reason
                )
                    return;
                silent.Add((row, reason));
            }
        );

        // When most are silent it is rather the network between, or the app's key: the pool is not taken out of service for that.
        var brake = silent.Count > 2 && silent.Count * 2 > due.Count(r => r.State is not InstanceState.Quarantined);
        foreach (var (row, reason) in silent)
            await CheckSilentAsync(findings, row, reason, brake, cancellationToken);

        // Null when it answers; else why it does not.
        async Task<string?> AskAsync(InstanceRow row, CancellationToken token)
        {
            try
            {
                var status = await shell.StatusAsync(row.PlacementAt(0), Patience, token);
                if (!status.Ok)
                    return status.Message ?? "The instance's script does not say how it is.";
                await (
                    row.State is InstanceState.Quarantined
                        ? CheckReturnedAsync(findings, row, status, token)
                        : CheckGuestsAsync(findings, row, status, token)
                );
                return null;
            }
            catch (Exception e) when (e is InstanceUnreachableException or StepFailedException)
            {
                return e.Message;
            }
        }
    }

    /// <summary>Not one on which starts failed although it answered: for that a person, or another VM, is needed.</summary>
    private bool MayComeBack(InstanceRow row) =>
        row.State is InstanceState.Quarantined && row.Failures < settings.Value.Pool.QuarantineAfter;

    private async Task CheckReturnedAsync(PageFindings findings, InstanceRow row, AgentStatus status, CancellationToken cancellationToken)
    {
        if (status.Boxes.Any(b => b.Running || b.Busy) || !findings.TryTakeCheck())
            return;
        if (
            await reads.FindVirtualMachineAsync(row.ResourceId, cancellationToken) is not { } vm
            || vm.StorageProfile?.DataDisks is { Count: > 0 }
        )
            return;
        await findings.RepairAsync(
            FindingKind.InstanceAnswers,
            row.ResourceId,
            $"It answers, and nothing is on it; it was out of service ({row.QuarantineReason?.FirstLine()}) and is free again.",
            () => instances.TryReinstateAsync(row, cancellationToken),
            (null, row.Id)
        );
    }

    private async Task CheckGuestsAsync(PageFindings findings, InstanceRow row, AgentStatus status, CancellationToken cancellationToken)
    {
        var unknown = status
            .Boxes.Where(b => b.Running && b.Box != row.VolumeId && b.Box != row.ClaimedBy?.ToString())
            .Select(b => b.Box)
            .ToList();
        if (unknown.Count == 0)
        {
            if (!findings.Run.DryRun)
                await instances.TryRecordSeenAsync(row, cancellationToken);
            return;
        }

        // A connect may have come between the reading of the row and the answer.
        if ((await instances.FindAsync(row.Id, cancellationToken))?.ETag != row.ETag)
        {
            findings.Skip(SkipReason.InFlight);
            return;
        }

        var detail = $"A guest runs on it that no row knows: {string.Join(", ", unknown)}.";
        await (
            row.State is InstanceState.Free
                ? findings.RepairAsync(
                    FindingKind.UnknownGuest,
                    row.ResourceId,
                    detail + " The instance is given to nobody.",
                    () => instances.TryQuarantineFreeAsync(row, detail, cancellationToken),
                    (null, row.Id)
                )
                : findings.ReportAsync(FindingKind.UnknownGuest, row.ResourceId, detail, row.ClaimedBy, row.Id)
        );
    }

    private async Task CheckSilentAsync(
        PageFindings findings,
        InstanceRow row,
        string reason,
        bool brake,
        CancellationToken cancellationToken
    )
    {
        // Without the VM it is another finding, and the comparison has it.
        if (!findings.TryTakeCheck() || await reads.FindVirtualMachineAsync(row.ResourceId, cancellationToken) is null)
            return;
        var detail = reason.FirstLine();
        await (
            row.State is InstanceState.Free && !brake
                ? findings.RepairAsync(
                    FindingKind.InstanceUnreachable,
                    row.ResourceId,
                    detail + " It is given to nobody.",
                    () => instances.TryQuarantineFreeAsync(row, detail, cancellationToken),
                    (null, row.Id)
                )
                : findings.ReportAsync(
                    FindingKind.InstanceUnreachable,
                    row.ResourceId,
                    brake ? detail + " So do most: none is taken out of service for that." : detail,
                    row.ClaimedBy,
                    row.Id
                )
        );
    }
}
