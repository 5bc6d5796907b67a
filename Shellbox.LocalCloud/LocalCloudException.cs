namespace Shellbox.LocalCloud;

/// <summary>A part of the local cloud is missing, did not start or has ended. The message is for people.</summary>
public sealed class LocalCloudException : Exception
{
    public LocalCloudException(string message, Exception? inner = null)
        : base(message, inner) { }
}
