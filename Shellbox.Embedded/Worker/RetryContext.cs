namespace Shellbox.Embedded.Worker;

/// <summary>The state of a function-level retry policy.</summary>
public abstract class RetryContext
{
    /// <summary>How often the invocation was retried.</summary>
    public abstract int RetryCount { get; }

    /// <summary>How often it may be.</summary>
    public abstract int MaxRetryCount { get; }
}
