using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Fleet;

/// <summary>
/// Rebuilds the tables after they were lost, from the tags and from what the providers and the instances say. What they do not decide is
/// reported; nothing is deleted, and guests that run go on.
/// </summary>
public sealed class RecoverFleet(StateTables tables, IOptions<ShellboxOptions> options, TimeProvider time)
{
    [Function(nameof(RecoverFleet))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "fleet/recover")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        // The app may have been running while they were lost.
        await tables.CreateIfMissingAsync(cancellationToken);
        return await AdoptFleet.StartAsync(request, client, options.Value, recover: true, time, cancellationToken);
    }
}
