using Azure.Core;
using Azure.ResourceManager.Compute;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>
/// Makes a free instance of a VM that was created, by the same looks as <see cref="Fleet.AdoptInstance"/>. False while its first boot is
/// not over.
/// </summary>
public sealed class RegisterInstance(
    ComputeInstances compute,
    ArmConnection arm,
    InstanceStore instances,
    PoolStore pool,
    EventLog events,
    TagMirror mirror,
    ShellboxMetrics metrics
)
{
    /// <param name="InstanceId">The instance.</param>
    /// <param name="Seconds">How long its creation has taken.</param>
    public sealed record Input(string InstanceId, double Seconds);

    [Function(nameof(RegisterInstance))]
    public async Task<bool> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var row =
            await instances.FindAsync(input.InstanceId, cancellationToken)
            ?? throw new OperationSupersededException($"Instance {input.InstanceId} is no longer registered.");
        var id = new ResourceIdentifier(row.ResourceId);
        var vm = (await arm.Client.GetVirtualMachineResource(id).GetAsync(cancellationToken: cancellationToken)).Value;
        var address = await compute.GetAddressAsync(vm.Data, cancellationToken);
        var (fingerprint, ready) = await compute.ReadFirstBootAsync(id, cancellationToken);
        if (!ready || fingerprint is null)
            return false;

        var operation = PoolGrowth.OperationIdOf(input.InstanceId);
        if (!await instances.TryCompleteCreationAsync(input.InstanceId, operation, address, fingerprint, cancellationToken))
        {
            throw new OperationSupersededException($"Instance {input.InstanceId} is no longer being created.");
        }

        await pool.ChangeAsync(control => (control.Failures, control.LastFailure, control.RetryAt) = (0, null, null), cancellationToken);
        await events.WriteAsync(
            new AuditEvent(null, "instance-created", $"Instance {input.InstanceId} at {address} is free.", operation, input.InstanceId)
            {
                Seconds = input.Seconds,
            },
            cancellationToken
        );
        await mirror.EnqueueInstanceAsync(input.InstanceId, cancellationToken);
        metrics.InstanceCreated(input.Seconds);
        return true;
    }
}
