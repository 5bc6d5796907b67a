using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>
/// Gives the box an instance: the one that it has, else a free one. Null when none is free.
/// </summary>
/// <remarks>
/// The choice is written to the Boxes row before the instance is claimed, so that a crash between the two leaves no claim that its box
/// does not know of, and a second run goes on with the first one's choice: also one that goes on beside it, after a worker was taken for
/// dead.
/// </remarks>
public sealed class ClaimInstance(BoxStore boxes, InstanceStore instances) : BoxActivity<BoxOperation, Placement?>(boxes)
{
    // One box an instance, at this LUN (DESIGN section 4).
    private const int Lun = 0;

    [Function(nameof(ClaimInstance))]
    public Task<Placement?> RunAsync([ActivityTrigger] BoxOperation operation, CancellationToken cancellationToken) =>
        RunFencedAsync(operation, cancellationToken);

    protected override async Task<Placement?> RunAsync(BoxOperation operation, BoxRow box, CancellationToken cancellationToken)
    {
        if (box.InstanceId is { } chosen)
        {
            if (await ClaimAsync(chosen) is { } placement)
                return placement;

            // The box was a blank one, and its giver has not come to the claim yet: its volume and its guest are on that instance.
            if (
                await instances.FindAsync(chosen, cancellationToken) is { ClaimedBy: { IsPools: true } blank } given
                && given.VolumeId == box.VolumeId
                && await instances.TryGiveAsync(chosen, blank, operation, cancellationToken)
                && await ClaimAsync(chosen) is { } givenPlacement
            )
            {
                return givenPlacement;
            }

            if (await RecordAsync(chosen, null, null) is not null)
                return await RunAsync(operation, cancellationToken);
        }

        foreach (var candidate in await instances.FindFreeAsync(cancellationToken))
        {
            if (await RecordAsync(null, candidate, Lun) != candidate)
                return await RunAsync(operation, cancellationToken);
            if (await ClaimAsync(candidate) is { } placement)
                return placement;
            if (await RecordAsync(candidate, null, null) is not null)
                return await RunAsync(operation, cancellationToken);
        }

        return null;

        async Task<Placement?> ClaimAsync(string instanceId)
        {
            var row = await instances.TryClaimAsync(instanceId, operation, box.VolumeId, cancellationToken);
            if (row is null)
                return null;
            try
            {
                // A release may have come between the choice and the claim, or another choice; then nobody would ever free it.
                var now = await Boxes.RequireAsync(operation, cancellationToken);
                if (now.InstanceId == instanceId)
                    return row.PlacementAt(now.Lun ?? Lun);
            }
            catch (OperationSupersededException)
            {
                await instances.TryFreeAsync(instanceId, operation, cancellationToken);
                throw;
            }

            await instances.TryFreeAsync(instanceId, operation, cancellationToken);
            return null;
        }

        // Gives what is recorded then: what another run has chosen stays.
        async Task<string?> RecordAsync(string? from, string? instanceId, int? lun) =>
            (await Boxes.RecordPlacementAsync(operation, from, instanceId, lun, cancellationToken)).InstanceId;
    }
}
