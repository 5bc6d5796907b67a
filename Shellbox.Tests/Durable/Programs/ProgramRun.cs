using System.Collections.Concurrent;

namespace Shellbox.Tests.Durable.Programs;

/// <summary>What the functions of one run share: its clock, and which points were passed for the first time.</summary>
public sealed class ProgramRun(TimeProvider time)
{
    public static DateTimeOffset Epoch { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public ConcurrentDictionary<string, int> Passed { get; } = new();

    /// <summary>Half seconds since the start.</summary>
    public int Now => At(time.GetUtcNow().UtcDateTime);

    public static int At(DateTime utc) => (int)Math.Round((utc - Epoch.UtcDateTime).TotalSeconds * 2);
}
