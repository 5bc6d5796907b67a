using Shellbox.Embedded.DurableTask;

namespace Shellbox.Embedded.Engine;

/// <summary>An orchestrator of the app.</summary>
internal interface IOrchestratorFunction
{
    string Name { get; }

    /// <summary>Runs it from its start; so again for every replay.</summary>
    Task<object?> RunAsync(TaskOrchestrationContext context);
}
