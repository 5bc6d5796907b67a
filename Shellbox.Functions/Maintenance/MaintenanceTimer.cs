using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Maintenance;

/// <summary>Deletes on its schedule what is older than it is kept.</summary>
public sealed class MaintenanceTimer(IOptions<ShellboxOptions> options)
{
    [Function(nameof(MaintenanceTimer))]
    public Task RunAsync(
        [TimerTrigger("%Shellbox:Maintenance:Schedule%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    ) =>
        client.StartSingletonAsync(
            nameof(MaintenanceOrchestration),
            MaintenanceOrchestration.InstanceId,
            options.Value.Maintenance,
            cancellationToken
        );
}
