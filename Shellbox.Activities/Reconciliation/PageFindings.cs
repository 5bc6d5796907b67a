using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// Collects what a page of a run finds, from several tasks at once: each finding becomes an event and a metric at once, and the run's
/// limits are heeded.
/// </summary>
internal sealed class PageFindings(EventLog events, ShellboxMetrics metrics, ReconcileRun run, ReconcileBudget budget)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string Action), int> _counts = [];
    private readonly Dictionary<string, int> _skipped = [];
    private readonly List<Finding> _findings = [];
    private readonly List<BoxToRelease> _toRelease = [];
    private int _checks = budget.Checks;
    private int _repairs = budget.Repairs;
    private int _probes = budget.Probes;
    private long _pairs;

    public ReconcileRun Run => run;

    /// <summary>Takes a read of a provider; false, and counted as skipped, when the run has none left.</summary>
    public bool TryTakeCheck()
    {
        lock (_gate)
        {
            if (_checks > 0)
            {
                _checks--;
                return true;
            }
        }

        Skip(SkipReason.CheckBudget);
        return false;
    }

    /// <summary>Takes as many probes as there are, up to a number.</summary>
    public int TakeProbes(int most)
    {
        lock (_gate)
        {
            var taken = Math.Min(most, _probes);
            _probes -= taken;
            return taken;
        }
    }

    /// <summary>A row names this box and this volume as one another's.</summary>
    public void Pair(BoxKey box, string volumeId) => Interlocked.Add(ref _pairs, PairSum.Of(box, volumeId));

    public void Skip(string reason, int count = 1)
    {
        lock (_gate)
            _skipped[reason] = _skipped.GetValueOrDefault(reason) + count;
    }

    /// <summary>A finding that a person has to decide on.</summary>
    public Task ReportAsync(string kind, string resourceId, string detail, BoxKey? box = null, string? instanceId = null) =>
        AddAsync(new Finding(kind, resourceId, detail, FindingAction.Reported), box, instanceId);

    /// <summary>A finding that is repaired, unless this is a dry run or the run's repairs are used up.</summary>
    /// <param name="kind">One of <see cref="FindingKind"/>.</param>
    /// <param name="resourceId">The resource or row concerned.</param>
    /// <param name="detail">A sentence for people.</param>
    /// <param name="repair">Puts it right; false when another writer was first.</param>
    /// <param name="concerning">The box and the instance concerned, if any.</param>
    public async Task RepairAsync(
        string kind,
        string resourceId,
        string detail,
        Func<Task<bool>> repair,
        (BoxKey? Box, string? InstanceId) concerning = default
    )
    {
        var action =
            run.DryRun ? FindingAction.WouldRepair
            : !TryTakeRepair() || !await repair() ? FindingAction.Skipped
            : FindingAction.Repaired;
        await AddAsync(new Finding(kind, resourceId, detail, action), concerning.Box, concerning.InstanceId);
    }

    /// <summary>A finding that a release puts right.</summary>
    public Task ReleaseAsync(string kind, BoxToRelease stuck, string resourceId, string detail, string? instanceId) =>
        RepairAsync(
            kind,
            resourceId,
            detail,
            () =>
            {
                Release(stuck);
                return Task.FromResult(true);
            },
            (stuck.Key, instanceId)
        );

    public void Release(BoxToRelease stuck)
    {
        lock (_gate)
            _toRelease.Add(stuck);
    }

    public ReconcilePage ToPage(string? next, string after, int resources, int rows, TimeSpan pause)
    {
        lock (_gate)
        {
            return new ReconcilePage(
                next,
                after,
                resources,
                rows,
                _pairs,
                [.. _counts.Select(c => new FindingCount(c.Key.Kind, c.Key.Action, c.Value))],
                [.. _skipped.Select(s => new SkipCount(s.Key, s.Value))],
                [.. _findings.Take(budget.Listed)],
                [.. _toRelease],
                new ReconcileBudget(_checks, _repairs, _probes, Math.Max(0, budget.Listed - _findings.Count)),
                pause
            );
        }
    }

    private bool TryTakeRepair()
    {
        lock (_gate)
            return _repairs > 0 && _repairs-- > 0;
    }

    private async Task AddAsync(Finding finding, BoxKey? box, string? instanceId)
    {
        lock (_gate)
        {
            _counts[(finding.Kind, finding.Action)] = _counts.GetValueOrDefault((finding.Kind, finding.Action)) + 1;
            if (_findings.Count < budget.Listed)
                _findings.Add(finding);
        }

        if (run.DryRun)
            return;
        metrics.Found(finding.Kind, finding.Action);

        // Not with the activity's token: what was repaired is also recorded.
        await events.WriteAsync(
            new AuditEvent(
                box,
                $"finding-{finding.Kind}",
                $"{finding.ResourceId}: {finding.Detail} ({finding.Action})",
                run.Id,
                instanceId
            ),
            CancellationToken.None
        );
    }
}
