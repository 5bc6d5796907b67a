namespace Shellbox.Contracts.Pool;

/// <summary>How many volumes there are, and how many of them are nobody's yet.</summary>
public sealed record VolumeCounts(int Total, int Blank);
