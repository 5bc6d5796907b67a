using Shellbox.Activities.Azure;

namespace Shellbox.Activities.Operations;

/// <summary>Asks ARM once where a long-running operation stands.</summary>
public sealed class CheckOperation(ComputeInstances compute)
{
    [Function(nameof(CheckOperation))]
    public Task<OperationState> RunAsync([ActivityTrigger] Uri operation, CancellationToken cancellationToken) =>
        compute.GetOperationAsync(operation, cancellationToken);
}
