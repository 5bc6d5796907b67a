namespace Shellbox.Tests.Embedded.Deviations;

/// <summary>A right constructor, and everything else that can be wrong with members.</summary>
public class PurgeResult : OwnInvention
{
    public PurgeResult(int number)
        : this(number, null)
    {
    }

    public PurgeResult(int count, bool? isComplete)
    {
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    public long PurgedInstanceCount { get; }

    public bool? IsComplete { get; init; }

    public string Describe(params string[] words) => $"{PurgedInstanceCount} {string.Join(' ', words)}";

    public override string ToString() => Describe();

    protected static TValue Protect<TValue>(TValue value) => value;
}
