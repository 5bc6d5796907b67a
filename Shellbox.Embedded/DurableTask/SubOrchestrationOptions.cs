namespace Shellbox.Embedded.DurableTask;

/// <summary>How a sub-orchestration is called.</summary>
public record SubOrchestrationOptions : TaskOptions
{
    /// <summary>Options.</summary>
    /// <param name="retry">What to do after a failure; null: nothing.</param>
    /// <param name="instanceId">The id, the same for every attempt; null: 32 hex digits.</param>
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry) => InstanceId = instanceId;

    /// <summary>Options that extend others.</summary>
    public SubOrchestrationOptions(TaskOptions options, string? instanceId = null)
        : base(options)
    {
        if (options is SubOrchestrationOptions sub)
        {
            InstanceId = sub.InstanceId;
            Version = sub.Version;
        }

        InstanceId = instanceId ?? InstanceId;
    }

    /// <summary>The sub-orchestration's id.</summary>
    public string? InstanceId { get; init; }

    /// <summary>The version that the sub-orchestration is told.</summary>
    public TaskVersion? Version { get; init; }
}
