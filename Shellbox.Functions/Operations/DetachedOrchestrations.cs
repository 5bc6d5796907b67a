namespace Shellbox.Functions.Operations;

/// <summary>Starts what goes on beside the orchestration that starts it, and mostly longer.</summary>
internal static class DetachedOrchestrations
{
    /// <summary>
    /// DurableTask.Core's word for a child that its parent does not wait for. Any other child holds its parent, which shows no end and no
    /// output before the child has ended (docs/decisions/0009-detached-orchestrations.md).
    /// </summary>
    private static readonly TaskOptions FireAndForget = new(null, new Dictionary<string, string> { ["FireAndForget"] = "" });

    /// <summary>Starts an orchestration that answers nobody: its end and its failure are its own.</summary>
    /// <param name="context">The orchestration that starts it.</param>
    /// <param name="orchestrator">Its name.</param>
    /// <param name="input">Its input.</param>
    /// <param name="instanceId">Its id; null: any. It may take the place of one that runs under that id, which must do no harm.</param>
    public static void StartDetached(this TaskOrchestrationContext context, string orchestrator, object input, string? instanceId = null)
    {
        var started = context.CallSubOrchestratorAsync(orchestrator, input, new SubOrchestrationOptions(FireAndForget, instanceId));

        // It is over as soon as the start is noted. What was wrong with the call itself must not be lost with it.
        if (started.IsCompleted)
            started.GetAwaiter().GetResult();
    }
}
