namespace Shellbox.Contracts.Http;

/// <summary>A call that <see cref="ShellboxClient"/> could not bring to its end. The message is one sentence for people.</summary>
public abstract class ShellboxClientException : Exception
{
    protected ShellboxClientException() { }

    protected ShellboxClientException(string message)
        : base(message) { }

    protected ShellboxClientException(string message, Exception? innerException)
        : base(message, innerException) { }

    private protected ShellboxClientException(Uri address, string message, Exception? innerException = null)
        : base(message, innerException) => Address = address;

    /// <summary>The app's address.</summary>
    public Uri Address { get; } = new("about:blank");
}
