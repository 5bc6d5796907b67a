using Shellbox.Activities.Audit;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>Keeps the report of a run, and writes that it was.</summary>
public sealed class RecordReconciliation(ReconciliationLog log, EventLog events)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(ReconcileRun Run, ReconciliationReport Report);

    [Function(nameof(RecordReconciliation))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (run, report) = input;
        await log.WriteAsync(run.Id, report, cancellationToken);
        await events.WriteAsync(
            new AuditEvent(
                null,
                "reconciled",
                $"{report.Resources} resources and {report.Rows} rows compared: {report.Counts.Sum(c => c.Count)} findings, "
                    + $"{report.Repairs} repairs, "
                    + $"{report.Skipped.Sum(s => s.Count)} skipped.",
                run.Id
            )
            {
                Seconds = (report.FinishedAt - report.StartedAt).TotalSeconds,
            },
            cancellationToken
        );
    }
}
