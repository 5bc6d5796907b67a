namespace Shellbox.Activities;

/// <param name="VolumeId">The managed disk's name.</param>
/// <param name="ResourceId">Its ARM id.</param>
/// <param name="AttachedTo">The instance that it was last attached to; null when detached.</param>
public sealed record BoxVolume(string VolumeId, string ResourceId, string? AttachedTo);
