namespace Shellbox.Contracts.Boxes;

/// <summary>A user id or a box name that is not of its form: its caller's fault, unlike any other text that cannot be read.</summary>
public sealed class InvalidNameException : FormatException
{
    public InvalidNameException() { }

    public InvalidNameException(string message)
        : base(message) { }

    public InvalidNameException(string message, Exception innerException)
        : base(message, innerException) { }
}
