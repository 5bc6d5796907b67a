namespace Shellbox.Contracts.Pool;

/// <summary>What the pool has, and whether it grows.</summary>
/// <param name="Instances">Instances by state.</param>
/// <param name="Volumes">Volumes.</param>
/// <param name="BlankBoxes">Blank boxes.</param>
/// <param name="Growth">Whether and how it grows.</param>
/// <param name="Paused">Null unless an operator has stopped it.</param>
public sealed record PoolReport(
    InstanceCounts Instances,
    VolumeCounts Volumes,
    BlankBoxCounts BlankBoxes,
    PoolGrowthStatus Growth,
    PoolPause? Paused
);
