namespace Shellbox.Activities.Operations;

/// <summary>
/// A step that trying again will not mend. The message is one sentence for the user and names the remedy where there is one.
/// </summary>
public class StepFailedException : Exception
{
    public StepFailedException() { }

    public StepFailedException(string message)
        : base(message) { }

    public StepFailedException(string message, Exception innerException)
        : base(message, innerException) { }
}
