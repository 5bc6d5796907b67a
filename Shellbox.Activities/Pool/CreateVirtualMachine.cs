using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Begins the creation of a reserved instance's VM. It may run twice: the same model is written again.</summary>
public sealed class CreateVirtualMachine(InstanceStore instances, PoolResources resources)
{
    /// <returns>The URL of the operation's state.</returns>
    [Function(nameof(CreateVirtualMachine))]
    public async Task<Uri?> RunAsync([ActivityTrigger] string instanceId, CancellationToken cancellationToken)
    {
        var row = await instances.FindAsync(instanceId, cancellationToken);
        return row is { State: InstanceState.Creating } && row.OperationId == PoolGrowth.OperationIdOf(instanceId)
            ? await resources.BeginCreateInstanceAsync(instanceId, ShellboxTags.Of(row), cancellationToken)
            : throw new OperationSupersededException($"Instance {instanceId} is no longer being created.");
    }
}
