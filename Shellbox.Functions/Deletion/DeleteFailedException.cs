namespace Shellbox.Functions.Deletion;

/// <summary>A delete that did not get through: the message is one sentence, with the step and the reason.</summary>
public sealed class DeleteFailedException : Exception
{
    public DeleteFailedException() { }

    public DeleteFailedException(string message)
        : base(message) { }

    public DeleteFailedException(string message, Exception innerException)
        : base(message, innerException) { }
}
