namespace Shellbox.Embedded.Engine;

/// <summary>The engine's settings, from host.json and the host's options.</summary>
internal sealed record EngineOptions
{
    public required string DatabasePath { get; init; }

    /// <summary>Whether each commit is synced to the disk, so that it outlives a loss of power and not only the end of the process.</summary>
    public bool SyncEveryCommit { get; init; } = true;

    public string HubName { get; init; } = "TestHubName";

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>How many waiting orchestrators stay in memory; beyond them the longest unused is dropped and replayed when needed. 0: each turn replays.</summary>
    public int MaxLiveOrchestrators { get; init; } = 2000;

    /// <summary>How many waiting activities keep their input in memory; beyond them it is read from the file when their turn comes.</summary>
    public int MaxBufferedActivities { get; init; } = 10_000;

    /// <summary>
    /// After so many starts that ended with the process, an activity or a turn is given up. Less than three makes no difference between what
    /// ends the process and what runs beside it.
    /// </summary>
    public int MaxCrashes { get; init; } = 5;

    /// <summary>How long running activities may go on after the host was told to stop, before they are told to cancel.</summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long they then have, before they are abandoned and run again at the next start.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an activity may run; infinite: as long as it likes.</summary>
    public TimeSpan FunctionTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>The version of instances started without one.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>Whether an instance of another version than <see cref="DefaultVersion"/> fails.</summary>
    public bool StrictVersion { get; init; }
}
