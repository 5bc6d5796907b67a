namespace Shellbox.Contracts.Pool;

/// <summary>Whether and how the pool grows.</summary>
/// <param name="Enabled">Whether an instance template is configured.</param>
/// <param name="Detail">What keeps it from growing, as a sentence.</param>
/// <param name="Failures">Creations that failed in a row.</param>
/// <param name="RetryAt">When the next is tried after a failure; null when nothing waits.</param>
/// <param name="Minimum">How many free instances are kept at least.</param>
/// <param name="Maximum">And at most.</param>
/// <param name="Total">How many instances there may be in all.</param>
public sealed record PoolGrowthStatus(
    bool Enabled,
    string? Detail,
    int Failures,
    DateTimeOffset? RetryAt,
    int Minimum,
    int Maximum,
    int Total
);
