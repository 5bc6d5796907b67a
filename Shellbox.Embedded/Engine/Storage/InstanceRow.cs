using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Embedded.Engine.Storage;

/// <summary>An instance as it is stored.</summary>
internal sealed record InstanceRow
{
    /// <summary>The execution: changes when the instance continues as new or is replaced, and is never used twice.</summary>
    public required long Key { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Version { get; init; }

    public OrchestrationRuntimeStatus Status { get; init; }

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public DateTime Created { get; init; }

    public DateTime Updated { get; init; }

    /// <summary>When it may begin; null: at once.</summary>
    public DateTime? StartAt { get; init; }

    public string? ParentId { get; init; }

    public string? ParentName { get; init; }

    public long ParentKey { get; init; }

    public int ParentTask { get; init; }

    public string? Tags { get; init; }

    /// <summary>Events kept from the execution before this one (JSON).</summary>
    public string? CarriedEvents { get; init; }

    /// <summary>How many history events there are; 0: it has not begun.</summary>
    public int HistoryLength { get; init; }

    /// <summary>How many turns began and never ended because the process did.</summary>
    public int Attempts { get; init; }

    public bool IsOver => Status.IsOver();
}
