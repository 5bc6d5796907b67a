namespace Shellbox.Functions.Pool;

/// <summary>A step of the pool's failed. The message is the reason.</summary>
public sealed class PoolStepException : Exception
{
    public PoolStepException() { }

    public PoolStepException(string message)
        : base(message) { }

    public PoolStepException(string message, Exception innerException)
        : base(message, innerException) { }
}
