using System.Globalization;
using Shellbox.Activities;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Reconciliation;
using Shellbox.Contracts.Reconciliation;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Reconciliation;

/// <summary>
/// Brings tables, tags and resources back to agreement, page by page. It runs beside everything else: no connect waits for it, and what
/// changed recently is left alone. What a page gives back is bounded, so the history of a run grows with the pages alone.
/// </summary>
public static class ReconcileOrchestration
{
    /// <summary>One at a time, under one id.</summary>
    public const string InstanceId = "reconcile";

    /// <summary>Dry runs have an id of their own: they may go beside a run of the timer's.</summary>
    public const string DryRunId = "reconcile-dry-run";

    /// <summary>Findings in a report. All are counted, and the audit log has all.</summary>
    private const int Listed = 100;

    public sealed record Input(ReconcileOptions Options, ConnectOptions Settings, TimeSpan PollInterval, bool DryRun)
    {
        public static Input Of(ShellboxOptions options, bool dryRun = false) =>
            new(options.Reconcile, options.Connect, options.Azure.OperationPollInterval, dryRun);
    }

    [Function(nameof(ReconcileOrchestration))]
    public static async Task<ReconciliationReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var options = input.Options;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var run = new ReconcileRun(
            $"reconcile-{started.UtcDateTime.ToString("yyyyMMddTHHmmssfffZ", CultureInfo.InvariantCulture)}",
            options,
            input.DryRun
        );
        var left = new ReconcileBudget(options.MaxChecks, options.MaxRepairs, options.Probes, Listed);
        var counts = new List<FindingCount>();
        var skipped = new List<SkipCount>();
        var findings = new List<Finding>();
        var released = new HashSet<(BoxKey, Epoch)>();
        var (resources, rows, pages, queries, pairs) = (0, 0, 0, 0, 0L);
        var nextQuery = context.CurrentUtcDateTime;

        // First, because a box that the volumes' turn gives back to a release is then no longer at rest.
        await PageAsync(
            StepName.CompareBoxes,
            continuation =>
                context.CallActivityAsync<ReconcilePage>(
                    nameof(ReconcileBoxes),
                    new ReconcileBoxes.Input(run, continuation, left),
                    Retries.Quick
                )
        );
        var ofBoxes = pairs;
        pairs = 0;
        await CompareAsync(
            StepName.CompareInstances,
            (token, after) =>
                context.CallActivityAsync<ReconcilePage>(
                    nameof(ReconcileInstances),
                    new ReconcileInstances.Input(run, token, after, left),
                    Retries.Quick
                )
        );
        await CompareAsync(
            StepName.CompareVolumes,
            (token, after) =>
                context.CallActivityAsync<ReconcilePage>(
                    nameof(ReconcileVolumes),
                    new ReconcileVolumes.Input(run, token, after, left),
                    Retries.Quick
                )
        );
        if (pairs != ofBoxes)
        {
            foreach (var boxesTurn in new[] { true, false })
            {
                await PageAsync(
                    StepName.MatchBoxesAndVolumes,
                    continuation =>
                        context.CallActivityAsync<ReconcilePage>(
                            nameof(MatchBoxesAndVolumes),
                            new MatchBoxesAndVolumes.Input(run, boxesTurn, continuation, left),
                            Retries.Quick
                        )
                );
            }
        }

        var report = new ReconciliationReport(
            started,
            progress.Now,
            run.DryRun,
            resources,
            rows,
            pages,
            queries,
            options.MaxChecks - left.Checks,
            options.MaxRepairs - left.Repairs,
            FindingCount.Sum(counts),
            SkipCount.Sum(skipped),
            findings
        );
        if (!run.DryRun)
            await context.CallActivityAsync(nameof(RecordReconciliation), new RecordReconciliation.Input(run, report), Retries.Quick);
        return report;

        async Task PageAsync(string step, Func<string?, Task<ReconcilePage>> nextPage)
        {
            string? continuation = null;
            do
            {
                Show(step);
                var page = await nextPage(continuation);
                Take(page);
                continuation = page.Next;
            } while (continuation is not null);
        }

        async Task CompareAsync(string step, Func<string?, string, Task<ReconcilePage>> comparePage)
        {
            var (token, after) = ((string?)null, "");
            do
            {
                if (queries == options.MaxQueries)
                {
                    skipped.Add(new SkipCount(SkipReason.QueryBudget, 1));
                    return;
                }

                Show(step);
                if (nextQuery > context.CurrentUtcDateTime)
                    await context.CreateTimer(nextQuery, CancellationToken.None);
                nextQuery = context.CurrentUtcDateTime + options.QueryInterval;
                queries++;
                var page = await comparePage(token, after);
                if (page.Pause > TimeSpan.Zero)
                    nextQuery = context.CurrentUtcDateTime + page.Pause;
                pages++;
                Take(page);
                (token, after) = (page.Next, page.After);
            } while (token is not null);
        }

        void Show(string step) =>
            progress.Show(
                step,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{resources} resources and {rows} rows compared, {counts.Sum(c => c.Count)} findings"
                ),
                started
            );

        void Take(ReconcilePage page)
        {
            resources += page.Resources;
            rows += page.Rows;
            pairs = unchecked(pairs + page.Pairs);
            counts.AddRange(page.Counts);
            skipped.AddRange(page.Skipped);
            findings.AddRange(page.Findings);
            left = page.Left;
            foreach (var stuck in page.ToRelease.Where(s => released.Add((s.Key, s.Epoch))))
                Release(stuck);
        }

        void Release(BoxToRelease stuck)
        {
            // A detach takes up to minutes, and the report does not need its end.
            var release = $"{stuck.OperationId}-reconciled-{stuck.Epoch}";
            context.StartDetached(
                nameof(ReleaseOrchestration),
                ReleaseInput.After(
                    new BoxOperation(stuck.Key, stuck.OperationId, stuck.Epoch),
                    release,
                    stuck.Reason,
                    input.Settings,
                    input.PollInterval
                ),
                release
            );
        }
    }
}
