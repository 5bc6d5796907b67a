using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Worker;

namespace Shellbox.LocalHost;

/// <summary>What a local host runs, and where.</summary>
public sealed record FunctionsHostOptions
{
    /// <summary>The output of the app's <c>dotnet publish</c> (or build), with its host.json.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>The HTTP port on 127.0.0.1; 0: a free one; null: what local.settings.json says, else 7071.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// Where the host keeps the keys that it generates, and its database of orchestrations; null: a folder <c>.localhost</c> in the app's.
    /// </summary>
    public string? StateDirectory { get; init; }

    /// <summary>The file of local settings; null: the app's own local.settings.json.</summary>
    public string? SettingsFile { get; init; }

    /// <summary>
    /// The app's settings, over those of local.settings.json and the environment; <c>:</c> and <c>__</c> mean the same in their names.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Starts the app's worker; null: as a process of its own. For tests, which run the app in theirs.</summary>
    public Func<WorkerStart, IWorker>? StartWorker { get; init; }

    /// <summary>Where the log goes; null: to standard output, as lines for people.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>
    /// The clock of orchestrations and their timers, where host.json's <c>storageProvider.type</c> is sqlite; other storage has the
    /// system's.
    /// </summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Told of each turn of an orchestration: what the worker got, and what it answered, both in the base64 of the official protocol. With
    /// these a turn can be run again without a host.
    /// </summary>
    public Action<string, string>? TurnTaken { get; init; }
}
