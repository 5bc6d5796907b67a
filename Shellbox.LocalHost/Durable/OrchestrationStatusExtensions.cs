using DurableTask.Core;

namespace Shellbox.LocalHost.Durable;

internal static class OrchestrationStatusExtensions
{
    /// <summary>Whether an instance of this status runs no more.</summary>
    public static bool IsTerminal(this OrchestrationStatus status) =>
        status
            is OrchestrationStatus.Completed
                or OrchestrationStatus.Failed
                or OrchestrationStatus.Terminated
                or OrchestrationStatus.Canceled;
}
