namespace Shellbox.Activities.Instances;

/// <summary>The instance does not answer SSH, or not with the host key that it was registered with.</summary>
public sealed class InstanceUnreachableException : Exception
{
    public InstanceUnreachableException() { }

    public InstanceUnreachableException(string message)
        : base(message) { }

    public InstanceUnreachableException(string message, Exception innerException)
        : base(message, innerException) { }
}
