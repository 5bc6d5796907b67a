namespace Shellbox.Embedded.DurableTask;

/// <summary>A part of a longer result.</summary>
/// <typeparam name="T">What it holds.</typeparam>
/// <param name="values">The part.</param>
/// <param name="continuationToken">Where the next part begins; null: this is the last one.</param>
public sealed class Page<T>(IReadOnlyList<T> values, string? continuationToken = null)
    where T : notnull
{
    /// <summary>The part.</summary>
    public IReadOnlyList<T> Values { get; } = values;

    /// <summary>Where the next part begins; null: this is the last one.</summary>
    public string? ContinuationToken { get; } = continuationToken;
}
