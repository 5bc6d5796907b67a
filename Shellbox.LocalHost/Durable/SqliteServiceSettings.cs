namespace Shellbox.LocalHost.Durable;

/// <summary>How a task hub in SQLite is run.</summary>
/// <param name="Path">The file.</param>
/// <param name="Time">The clock of orchestrations: what they take for now, their timers, their time stamps.</param>
internal sealed record SqliteServiceSettings(string Path, TimeProvider Time)
{
    public int MaxOrchestrations { get; init; } = 64;

    public int MaxActivities { get; init; } = 64;

    /// <summary>The clock of what goes on outside of orchestrations: delays after failures, and how long callers wait.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets when each turn began; null: the clock is the system's, which the extension's own time stamps come from.</summary>
    public TurnTimes? TurnTimes { get; init; }
}
