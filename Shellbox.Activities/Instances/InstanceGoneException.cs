using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Instances;

/// <summary>The VM of an instance is gone: on another instance the step will work.</summary>
public sealed class InstanceGoneException : StepFailedException
{
    public InstanceGoneException() { }

    public InstanceGoneException(string message)
        : base(message) { }

    public InstanceGoneException(string message, Exception innerException)
        : base(message, innerException) { }
}
