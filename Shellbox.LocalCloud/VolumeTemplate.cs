namespace Shellbox.LocalCloud;

/// <summary>What the pool's new volumes are copies of.</summary>
/// <param name="Location">The region.</param>
/// <param name="GoldenDisk">The name of the disk.</param>
public sealed record VolumeTemplate(string Location, string GoldenDisk);
