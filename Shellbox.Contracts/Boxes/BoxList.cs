namespace Shellbox.Contracts.Boxes;

/// <summary>A user's boxes.</summary>
public sealed record BoxList(IReadOnlyList<Box> Boxes);
