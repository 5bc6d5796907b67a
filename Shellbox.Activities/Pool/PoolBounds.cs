namespace Shellbox.Activities.Pool;

/// <summary>How many of something are kept ready.</summary>
public sealed record PoolBounds
{
    /// <summary>Fewer, and some are created.</summary>
    public int Minimum { get; init; }

    /// <summary>More, and the oldest are removed.</summary>
    public int Maximum { get; init; }

    /// <summary>Never more than this in all.</summary>
    public int Total { get; init; }
}
