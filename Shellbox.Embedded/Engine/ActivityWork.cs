namespace Shellbox.Embedded.Engine;

/// <summary>An activity that is to be run.</summary>
/// <param name="Key">The execution that asked for it.</param>
/// <param name="TaskId">Its number there.</param>
/// <param name="InstanceId">The instance.</param>
/// <param name="Name">The activity; null: to be read with its input.</param>
/// <param name="Input">Its input as JSON.</param>
/// <param name="Recovered">Whether an earlier process may have begun it.</param>
/// <param name="Attempts">How many starts were counted that ended with their process.</param>
internal sealed record ActivityWork(
    long Key, int TaskId, string InstanceId, string? Name, string? Input, bool Recovered, int Attempts = 0)
{
    /// <summary>Set for one that was let go from the quarantine: done when its result is on disk.</summary>
    public TaskCompletionSource? Recorded { get; init; }
}
