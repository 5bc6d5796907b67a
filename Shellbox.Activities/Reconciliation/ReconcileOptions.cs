namespace Shellbox.Activities.Reconciliation;

/// <summary>The reconciler's limits. A run takes them along in its input: a change of settings concerns the next one.</summary>
public sealed record ReconcileOptions
{
    /// <summary>
    /// What changed more recently is left alone: Resource Graph may not show it yet. The old system saw lags of 2 minutes, and no upper
    /// bound is promised.
    /// </summary>
    public TimeSpan AgeGuard { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Rows a page, of Resource Graph and of the tables; 1,000 at most, as both have it.</summary>
    public int PageSize { get; init; } = 1000;

    /// <summary>
    /// The least time from one query of Resource Graph to the next: it allows 15 in 5 s for all that the identity does, and this leaves
    /// some to others.
    /// </summary>
    public TimeSpan QueryInterval { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Queries of Resource Graph a run.</summary>
    public int MaxQueries { get; init; } = 1000;

    /// <summary>
    /// Reads of a resource provider a run: nothing is found or repaired on Resource Graph's word alone, and ARM allows 25 reads a second
    /// for all.
    /// </summary>
    public int MaxChecks { get; init; } = 1000;

    /// <summary>Repairs a run.</summary>
    public int MaxRepairs { get; init; } = 500;

    /// <summary>Instances a run that are asked over SSH how they are; zero: none.</summary>
    public int Probes { get; init; } = 20;

    /// <summary>An instance that was seen more recently is not asked.</summary>
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromHours(1);
}
