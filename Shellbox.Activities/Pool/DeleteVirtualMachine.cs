namespace Shellbox.Activities.Pool;

/// <summary>Begins the deletion of a VM; null when there is none.</summary>
public sealed class DeleteVirtualMachine(PoolResources resources)
{
    /// <returns>The URL of the operation's state.</returns>
    [Function(nameof(DeleteVirtualMachine))]
    public Task<Uri?> RunAsync([ActivityTrigger] string resourceId, CancellationToken cancellationToken) =>
        resources.BeginDeleteInstanceAsync(resourceId, cancellationToken);
}
