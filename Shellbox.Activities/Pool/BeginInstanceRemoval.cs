using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Takes an instance for its removal. Null when it is not to be had: a box has claimed it, or another removal has it.</summary>
public sealed class BeginInstanceRemoval(InstanceStore instances)
{
    /// <param name="InstanceId">The instance.</param>
    /// <param name="OperationId">The removal.</param>
    /// <param name="ExpectedOperationId">The creation or removal that it is taken over from; null for one that is free or
    /// quarantined.</param>
    public sealed record Input(string InstanceId, string OperationId, string? ExpectedOperationId);

    /// <returns>The VM's ARM id.</returns>
    [Function(nameof(BeginInstanceRemoval))]
    public async Task<string?> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        (
            await instances.TryBeginRemovalAsync(input.InstanceId, input.OperationId, input.ExpectedOperationId, cancellationToken)
        )?.ResourceId;
}
