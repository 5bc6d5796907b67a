using Microsoft.Extensions.Logging;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// One page of table Boxes: operations that are over and still hold their box, volumes that a release did not get off, sessions of boxes
/// that can have none. What changed recently is left alone, and one box's fault is not the next one's.
/// </summary>
public sealed partial class ReconcileBoxes(
    BoxStore boxes,
    EventLog events,
    ShellboxMetrics metrics,
    TimeProvider time,
    ILogger<ReconcileBoxes> logger
)
{
    private const int Parallel = 16;

    /// <param name="Run">The run.</param>
    /// <param name="Continuation">What asks for this page; null for the first.</param>
    /// <param name="Budget">What is left of the run's limits.</param>
    public sealed record Input(ReconcileRun Run, string? Continuation, ReconcileBudget Budget);

    [Function(nameof(ReconcileBoxes))]
    public async Task<ReconcilePage> RunAsync(
        [ActivityTrigger] Input input,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var findings = new PageFindings(events, metrics, input.Run, input.Budget);
        var settledBefore = time.GetUtcNow() - input.Run.Options.AgeGuard;
        var (rows, next) = await boxes.ListPageAsync(input.Continuation, input.Run.Options.PageSize, cancellationToken);
        foreach (var row in rows)
            findings.Pair(row.Key, row.VolumeId);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            rows.Where(r => r.Timestamp <= settledBefore),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (row, token) =>
            {
                try
                {
                    await CheckAsync(findings, row, client, token);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    LogFailed(row.Key, e);
                    await findings.ReportAsync(FindingKind.Failed, row.Key.ToString(), e.Message.FirstLine(), row.Key);
                }
            }
        );

        return findings.ToPage(next, "", 0, rows.Count, TimeSpan.Zero);
    }

    private async Task CheckAsync(PageFindings findings, BoxRow box, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var name = box.Key.ToString();

        // What is being given or deleted is seen through by the sweep.
        if (box.State is BoxState.Given or BoxState.Deleting)
            return;
        if (box.State is BoxState.Attached)
        {
            await findings.ReleaseAsync(
                FindingKind.AttachedNotRunning,
                new BoxToRelease(box.Key, box.OperationId!, box.Epoch, "Reconciled: an earlier release could not detach the volume."),
                name,
                "An earlier release could not detach the volume; it is tried again.",
                box.InstanceId
            );
        }
        else if (box.State is not (BoxState.Stopped or BoxState.Running) && await IsOverAsync(box, client, cancellationToken))
        {
            await findings.ReleaseAsync(
                FindingKind.StuckOperation,
                new BoxToRelease(box.Key, box.OperationId!, box.Epoch, $"Reconciled: operation {box.OperationId} was over."),
                name,
                $"Operation {box.OperationId} is over, but the box is {box.State}; it is released.",
                box.InstanceId
            );
        }
        else if (box.State is BoxState.Stopped or BoxState.Held && box.Sessions.Count > 0)
        {
            await findings.RepairAsync(
                FindingKind.LeakedSession,
                name,
                $"The box is {box.State} and can have no session, but {box.Sessions.Count} are recorded; they are ended.",
                () => boxes.TryEndSessionsAsync(box, cancellationToken),
                (box.Key, null)
            );
        }
    }

    /// <summary>
    /// A row is written before its orchestration is started: one that is not there yet is given the time that everybody gives it.
    /// </summary>
    private async Task<bool> IsOverAsync(BoxRow box, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var grace = OperationLiveness.StartGrace - (time.GetUtcNow() - (box.Timestamp ?? default));
        if (!await client.IsOverAsync(box.OperationId!, grace > TimeSpan.Zero ? grace : TimeSpan.Zero, time, cancellationToken))
            return false;

        // An operation that ended in the ordinary way between the reading of the row and the look has moved the row on.
        return (await boxes.FindAsync(box.Key, cancellationToken))?.ETag == box.ETag;
    }

    [LoggerMessage(403, LogLevel.Warning, "Reconciling box {Key} failed; the others go on")]
    private partial void LogFailed(BoxKey key, Exception exception);
}
