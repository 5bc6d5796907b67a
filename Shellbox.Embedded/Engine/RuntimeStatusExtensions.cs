using Shellbox.Embedded.DurableTask.Client;

namespace Shellbox.Embedded.Engine;

/// <summary>Questions about a state.</summary>
internal static class RuntimeStatusExtensions
{
    public static bool IsOver(this OrchestrationRuntimeStatus status) => status is OrchestrationRuntimeStatus.Completed
        or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated or OrchestrationRuntimeStatus.Canceled;
}
