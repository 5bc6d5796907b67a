using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Connect;

/// <summary>
/// The volume cannot be attached or deleted because another VM has it. Whether it may be taken off there, <see cref="FindHolder"/> says.
/// </summary>
public sealed class VolumeHeldException : StepFailedException
{
    public VolumeHeldException() { }

    public VolumeHeldException(string message)
        : base(message) { }

    public VolumeHeldException(string message, Exception innerException)
        : base(message, innerException) { }
}
