using DurableTask.Core;

namespace Shellbox.LocalHost.Durable;

/// <summary>A turn that is under way.</summary>
internal sealed class SqliteWorkItem : TaskOrchestrationWorkItem
{
    /// <summary>The messages that are gone once it is complete; the dispatcher reorders those that it is given.</summary>
    public required IReadOnlyList<long> Sequences { get; init; }

    public required string Execution { get; init; }

    public required int Number { get; init; }

    /// <summary>When it began, by the clock of orchestrations.</summary>
    public required DateTime Time { get; init; }

    public bool IsComplete { get; set; }

    public bool IsAbandoned { get; set; }
}
