using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Instances;

/// <summary>
/// A step that failed by the fault of the instance, and not of the box: on another one it may work, and too many of them are a reason for a
/// quarantine.
/// </summary>
public sealed class InstanceFaultException : StepFailedException
{
    public InstanceFaultException() { }

    public InstanceFaultException(string message)
        : base(message) { }

    public InstanceFaultException(string message, Exception innerException)
        : base(message, innerException) { }
}
