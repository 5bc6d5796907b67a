namespace Shellbox.Contracts.Http;

/// <summary>The app did not answer.</summary>
public sealed class AppUnreachableException : ShellboxClientException
{
    public AppUnreachableException() { }

    public AppUnreachableException(string message)
        : base(message) { }

    public AppUnreachableException(string message, Exception? innerException)
        : base(message, innerException) { }

    internal AppUnreachableException(Uri address, string message, Exception? innerException = null)
        : base(address, message, innerException) { }

    /// <summary>How long it was waited for in vain; null when there was no connection at all.</summary>
    public TimeSpan? Waited { get; init; }
}
