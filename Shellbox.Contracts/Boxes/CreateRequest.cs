namespace Shellbox.Contracts.Boxes;

/// <summary>The body of a creation.</summary>
/// <param name="VolumeId">The blank volume that the box is to have; null: any.</param>
public sealed record CreateRequest(string? VolumeId);
