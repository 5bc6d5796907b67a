namespace Shellbox.Contracts.Http;

/// <summary>An operation that was followed has failed, was terminated, or is no longer known to the app.</summary>
public sealed class OperationFailedException : ShellboxClientException
{
    public OperationFailedException() { }

    public OperationFailedException(string message)
        : base(message) { }

    public OperationFailedException(string message, Exception? innerException)
        : base(message, innerException) { }

    internal OperationFailedException(Uri address, string message, Exception? innerException = null)
        : base(address, message, innerException) { }
}
