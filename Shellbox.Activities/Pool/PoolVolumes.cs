namespace Shellbox.Activities.Pool;

/// <summary>The volumes as the pool's plan sees them.</summary>
/// <param name="Total">All, whoever has them.</param>
/// <param name="Blank">Those that nobody has, the oldest first.</param>
/// <param name="HalfRemoved">Those whose removal by the pool has stopped halfway.</param>
public sealed record PoolVolumes(int Total, IReadOnlyList<string> Blank, IReadOnlyList<string> HalfRemoved)
{
    public static PoolVolumes None { get; } = new(0, [], []);
}
