using Shellbox.Functions.Connect;

namespace Shellbox.Functions.Release;

/// <summary>A connect failed because a VM has the volume that is not the box's to use. The message names it.</summary>
public sealed class VolumeAttachedElsewhereException : ConnectFailedException
{
    public VolumeAttachedElsewhereException() { }

    public VolumeAttachedElsewhereException(string message)
        : base(message) { }

    public VolumeAttachedElsewhereException(string message, Exception innerException)
        : base(message, innerException) { }
}
