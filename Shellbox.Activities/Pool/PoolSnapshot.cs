namespace Shellbox.Activities.Pool;

/// <summary>What there is at one moment: all that a plan is made from.</summary>
/// <param name="Now">The moment.</param>
/// <param name="Control">What the pool remembers.</param>
/// <param name="Instances">All instances.</param>
public sealed record PoolSnapshot(DateTimeOffset Now, PoolRow Control, IReadOnlyList<PoolInstance> Instances)
{
    /// <summary>All volumes.</summary>
    public PoolVolumes Volumes { get; init; } = PoolVolumes.None;

    /// <summary>All blank boxes.</summary>
    public IReadOnlyList<PoolBlankBox> BlankBoxes { get; init; } = [];
}
