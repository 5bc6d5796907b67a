using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Activities.Reconciliation;

/// <summary>What one page of a run gives back to the orchestrator: of bounded size, however much was found.</summary>
/// <param name="Next">What asks for the next page; null on the last.</param>
/// <param name="After">The last id of this page.</param>
/// <param name="Resources">Resources compared.</param>
/// <param name="Rows">Rows compared.</param>
/// <param name="Pairs">A sum over the pairs of box and volume that its rows name: see <see cref="PairSum"/>.</param>
/// <param name="Counts">The findings, counted.</param>
/// <param name="Skipped">What was not looked into, counted.</param>
/// <param name="Findings">The first of the findings.</param>
/// <param name="ToRelease">Boxes that a release is to be started for.</param>
/// <param name="Left">What is left of the run's limits.</param>
/// <param name="Pause">How long the next query of Resource Graph has to wait.</param>
public sealed record ReconcilePage(
    string? Next,
    string After,
    int Resources,
    int Rows,
    long Pairs,
    IReadOnlyList<FindingCount> Counts,
    IReadOnlyList<SkipCount> Skipped,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<BoxToRelease> ToRelease,
    ReconcileBudget Left,
    TimeSpan Pause
);
