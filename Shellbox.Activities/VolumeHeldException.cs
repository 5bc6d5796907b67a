namespace Shellbox.Activities;

/// <summary>ARM does not attach the volume because another VM has it. Whether it may be taken off there, <see cref="FindHolder"/> says.</summary>
public sealed class VolumeHeldException : StepFailedException
{
    public VolumeHeldException() { }

    public VolumeHeldException(string message) : base(message) { }

    public VolumeHeldException(string message, Exception innerException) : base(message, innerException) { }
}
