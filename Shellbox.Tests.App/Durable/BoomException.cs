namespace Shellbox.Tests.App.Durable;

public class BoomException : InvalidOperationException
{
    public BoomException() { }

    public BoomException(string message)
        : base(message) { }

    public BoomException(string message, Exception innerException)
        : base(message, innerException) { }
}
