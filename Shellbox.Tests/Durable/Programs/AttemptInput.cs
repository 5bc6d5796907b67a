namespace Shellbox.Tests.Durable.Programs;

/// <summary>What an activity is told that fails for a while.</summary>
/// <param name="Until">In half seconds of virtual time.</param>
public sealed record AttemptInput(int Until);
