namespace Shellbox.Embedded.DurableTask;

/// <summary>How an orchestration is started.</summary>
/// <param name="InstanceId">Its id; null: 32 random hex digits.</param>
/// <param name="StartAt">When it is to begin; null: now.</param>
public record StartOrchestrationOptions(string? InstanceId = null, DateTimeOffset? StartAt = null)
{
    /// <summary>The version that the orchestrator is told.</summary>
    public TaskVersion? Version { get; init; }

    /// <summary>Labels, to be read back with the instance.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}
