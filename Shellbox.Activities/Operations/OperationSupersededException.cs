namespace Shellbox.Activities.Operations;

/// <summary>
/// Another operation has the box now. Whoever gets this stops and changes nothing more; it is no failure of the box.
/// </summary>
public sealed class OperationSupersededException : Exception
{
    public OperationSupersededException() { }

    public OperationSupersededException(string message)
        : base(message) { }

    public OperationSupersededException(string message, Exception innerException)
        : base(message, innerException) { }

    public static OperationSupersededException Of(BoxOperation operation) =>
        new($"Operation {operation.OperationId} no longer has the box {operation.BoxName}: another one has taken over.");
}
