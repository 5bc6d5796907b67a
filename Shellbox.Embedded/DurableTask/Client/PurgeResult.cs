namespace Shellbox.Embedded.DurableTask.Client;

/// <summary>What a purge did.</summary>
public class PurgeResult
{
    /// <summary>A purge of that many instances.</summary>
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    /// <summary>A purge of that many instances.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isComplete">Whether there are no more; null: not known.</param>
    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    /// <summary>How many instances are gone.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether there are no more that the filter meets; null: not known.</summary>
    public bool? IsComplete { get; }
}
