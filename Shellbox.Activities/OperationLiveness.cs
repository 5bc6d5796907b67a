using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>Whether an operation that a Boxes row names is still under way.</summary>
public static class OperationLiveness
{
    /// <summary>
    /// A row is written before its orchestration is started: for this long a missing orchestration is one that is about to start.
    /// </summary>
    public static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(5);

    /// <summary>True when the operation will change nothing any more: its orchestration has ended, or never began.</summary>
    public static async Task<bool> IsOverAsync(
        this DurableTaskClient client, string operationId, BoxKey key, BoxStore boxes, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(operationId, cancellationToken) is { } instance) return instance.IsCompleted;
        return await boxes.FindAsync(key, cancellationToken) is not { } row || row.OperationId != operationId || time.GetUtcNow() - row.Since > StartGrace;
    }
}
