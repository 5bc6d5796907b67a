using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Reconciliation;

/// <summary>Starts the reconciler on its schedule, unless it still runs.</summary>
public sealed class ReconcileTimer(IOptions<ShellboxOptions> options)
{
    [Function(nameof(ReconcileTimer))]
    public Task RunAsync(
        [TimerTrigger("%Shellbox:Reconcile:Schedule%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    ) =>
        client.StartSingletonAsync(
            nameof(ReconcileOrchestration),
            ReconcileOrchestration.InstanceId,
            ReconcileOrchestration.Input.Of(options.Value),
            cancellationToken
        );
}
