namespace Shellbox.Contracts.Pool;

/// <summary>How many blank boxes stand ready in memory, are on their way there, and should.</summary>
public sealed record BlankBoxCounts(int Ready, int Starting, int Wanted);
