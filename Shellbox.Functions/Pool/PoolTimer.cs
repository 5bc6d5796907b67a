using Microsoft.Extensions.Options;
using Shellbox.Activities;

namespace Shellbox.Functions.Pool;

/// <summary>Lets the pool look at itself on its schedule, unless it does so already.</summary>
public sealed class PoolTimer(IOptions<ShellboxOptions> options)
{
    [Function(nameof(PoolTimer))]
    public Task RunAsync(
        [TimerTrigger("%Shellbox:Pool:Schedule%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    ) => PoolOrchestration.StartAsync(client, options.Value, cancellationToken);
}
