namespace Shellbox.Activities.Configuration;

/// <summary>The reconciler's limits.</summary>
public sealed record ReconcileOptions
{
    /// <summary>
    /// What changed more recently is left alone: Resource Graph may not show it yet. The old system saw lags of 2 minutes, and no upper
    /// bound is promised.
    /// </summary>
    public TimeSpan AgeGuard { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Rows a page of Resource Graph, 1,000 at most.</summary>
    public int PageSize { get; init; } = 1000;
}
