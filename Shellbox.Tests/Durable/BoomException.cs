namespace Shellbox.Tests.Durable;

/// <summary>What the tests' functions throw.</summary>
public class BoomException : Exception
{
    public BoomException()
    {
    }

    public BoomException(string message)
        : base(message)
    {
    }

    public BoomException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
