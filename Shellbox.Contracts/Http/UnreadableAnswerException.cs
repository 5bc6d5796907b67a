namespace Shellbox.Contracts.Http;

/// <summary>The app's answer is of another form than this client knows.</summary>
public sealed class UnreadableAnswerException : ShellboxClientException
{
    public UnreadableAnswerException() { }

    public UnreadableAnswerException(string message)
        : base(message) { }

    public UnreadableAnswerException(string message, Exception? innerException)
        : base(message, innerException) { }

    internal UnreadableAnswerException(Uri address, string message, Exception? innerException = null)
        : base(address, message, innerException) { }
}
