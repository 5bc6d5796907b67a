using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Http;

/// <summary>Counts the instances by state.</summary>
public sealed class ShowPool(InstanceStore instances, StateTables tables)
{
    [Function(nameof(ShowPool))]
    public Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pool")] HttpRequest request,
        CancellationToken cancellationToken) => Problems.GuardAsync(tables, async () =>
    {
        var counts = await instances.CountAsync(cancellationToken);
        return new OkObjectResult(new
        {
            instances = new
            {
                total = counts.Values.Sum(),
                free = counts[InstanceState.Free],
                claimed = counts[InstanceState.Claimed],
                quarantined = counts[InstanceState.Quarantined],
            },
        });
    });
}
