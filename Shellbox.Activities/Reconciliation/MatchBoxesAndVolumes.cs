using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>
/// One page of table Boxes or Volumes, each row looked up in the other table: boxes without a volume, volumes without a box or of a box
/// that has another one. It takes a read a row, and is called when <see cref="PairSum"/> tells that there is something to find.
/// </summary>
public sealed class MatchBoxesAndVolumes(BoxStore boxes, VolumeStore volumes, EventLog events, ShellboxMetrics metrics, TimeProvider time)
{
    private const int Parallel = 16;

    /// <param name="Run">The run.</param>
    /// <param name="OfBoxes">Whether it is boxes that are looked up, or volumes.</param>
    /// <param name="Continuation">What asks for this page; null for the first.</param>
    /// <param name="Budget">What is left of the run's limits.</param>
    public sealed record Input(ReconcileRun Run, bool OfBoxes, string? Continuation, ReconcileBudget Budget);

    [Function(nameof(MatchBoxesAndVolumes))]
    public async Task<ReconcilePage> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var findings = new PageFindings(events, metrics, input.Run, input.Budget);
        var settledBefore = time.GetUtcNow() - input.Run.Options.AgeGuard;
        string? next;
        if (input.OfBoxes)
        {
            (var page, next) = await boxes.ListPageAsync(input.Continuation, input.Run.Options.PageSize, cancellationToken);
            await EachAsync(page.Where(r => r.Timestamp <= settledBefore), (row, token) => CheckAsync(findings, row, token));
        }
        else
        {
            (var page, next) = await volumes.ListPageAsync(input.Continuation, input.Run.Options.PageSize, cancellationToken);
            await EachAsync(page.Where(r => r.Timestamp <= settledBefore), (row, token) => CheckAsync(findings, row, settledBefore, token));
        }

        return findings.ToPage(next, "", 0, 0, TimeSpan.Zero);

        async Task EachAsync<T>(IEnumerable<T> rows, Func<T, CancellationToken, Task> check) =>
            await System.Threading.Tasks.Parallel.ForEachAsync(
                rows,
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
                async (row, token) => await check(row, token)
            );
    }

    private async Task CheckAsync(PageFindings findings, BoxRow box, CancellationToken cancellationToken)
    {
        // What is being given or deleted loses one row before the other.
        if (box.State is BoxState.Given or BoxState.Deleting)
            return;
        if (await volumes.FindAsync(box.VolumeId, cancellationToken) is null)
        {
            await findings.ReportAsync(
                FindingKind.BoxWithoutVolume,
                box.Key.ToString(),
                $"Its volume {box.VolumeId} is not registered.",
                box.Key
            );
        }
    }

    private async Task CheckAsync(PageFindings findings, VolumeRow row, DateTimeOffset settledBefore, CancellationToken cancellationToken)
    {
        if (row.State is VolumeState.Deleting || row.Owner is not { } owner)
            return;
        var box = await boxes.FindAsync(owner, cancellationToken);
        if (box is null)
        {
            await findings.ReportAsync(
                FindingKind.VolumeWithoutBox,
                row.ResourceId,
                $"The box {row.Owner} that the volume belongs to is not registered.",
                row.Owner
            );
        }
        else if (box.VolumeId != row.Id && box.Timestamp <= settledBefore)
        {
            await findings.ReportAsync(
                FindingKind.DuplicateTags,
                row.ResourceId,
                $"The volume is registered for the box {row.Owner}, which has another one, {box.VolumeId}.",
                row.Owner
            );
        }
    }
}
