namespace Shellbox.Functions.Connect;

/// <summary>A connect failed. The message is one sentence that names the step and the reason.</summary>
public class ConnectFailedException : Exception
{
    public ConnectFailedException() { }

    public ConnectFailedException(string message)
        : base(message) { }

    public ConnectFailedException(string message, Exception innerException)
        : base(message, innerException) { }
}
