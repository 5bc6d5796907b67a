namespace Shellbox.Benchmarks.Recovery;

/// <summary>One connect in which something was killed.</summary>
/// <param name="Killed">What was killed.</param>
/// <param name="Point">When.</param>
/// <param name="Seconds">From the kill to the right end of the connect.</param>
/// <param name="Failure">Why it is none; null where it is.</param>
/// <param name="Missed">The connect was through, or further, before anything could be killed.</param>
internal sealed record RecoveryTrial(string Killed, string Point, double Seconds, string? Failure = null, bool Missed = false);
