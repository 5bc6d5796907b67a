namespace Shellbox.Tests.Durable.Crash;

/// <summary>What a step of a journey is told.</summary>
/// <param name="Key">Which it is.</param>
/// <param name="Seen">The results before it.</param>
public sealed record StepInput(string Key, IReadOnlyList<string> Seen);
