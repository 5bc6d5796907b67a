using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Shellbox.Activities;
using Shellbox.Activities.Creation;
using Shellbox.Activities.State;
using Shellbox.Contracts.Http;
using Shellbox.Functions.Http;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Pool;
using Shellbox.Functions.State;

namespace Shellbox.Functions.Creation;

/// <summary>Creates a box from the pool, or finds that it is there (docs/api.md).</summary>
public sealed class CreateBox(BoxStarter starter, IOptions<ShellboxOptions> options)
{
    [Function(nameof(CreateBox))]
    public async Task<IActionResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "users/{userId}/boxes/{boxName}")] HttpRequest request,
        string userId,
        string boxName,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken
    )
    {
        var key = BoxKey.Parse(userId, boxName);
        var body = await request.ReadBodyAsync(ApiJson.Default.CreateRequest, cancellationToken);
        if (body?.VolumeId is { } volumeId && !BoxVolume.IsId(volumeId))
        {
            return Problems.InvalidRequest(
                "'volumeId' is the name of a managed disk: 1 to 80 letters, digits, '_', '.' and '-', beginning with a "
                    + "letter, a digit or '_'."
            );
        }

        var created = await starter.CreateAsync(client, key, body?.VolumeId, cancellationToken);

        // What was taken, or was not there to be taken, is made up for now and not at the pool's next look.
        if (created.Kind is CreationKind.Created or CreationKind.NoBlankVolume)
            await PoolOrchestration.StartAsync(client, options.Value, CancellationToken.None);

        return created.Kind switch
        {
            CreationKind.Created => new CreatedResult($"/api/users/{key.UserId}/boxes/{key.BoxName}", created.Box!.ToBox()),
            CreationKind.Exists => new OkObjectResult(created.Box!.ToBox()),
            CreationKind.OtherVolume => Problems.OtherVolume(key.BoxName, created.Box!.VolumeId),
            CreationKind.BeingDeleted => Problems.BoxIsBeingDeleted(key.BoxName),
            CreationKind.TooManyBoxes => Problems.BoxQuota(options.Value.Quota.Boxes),
            CreationKind.VolumeNotFound => Problems.VolumeNotFound(body!.VolumeId!),
            _ => Problems.NoBlankVolume(request),
        };
    }
}
