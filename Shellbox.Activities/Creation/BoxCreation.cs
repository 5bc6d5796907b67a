using Microsoft.Extensions.Options;
using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Creation;

/// <summary>
/// Makes boxes: from a blank box that stands ready in memory, else from a blank volume. Each way begins with a row that says what is
/// intended, so that a crash between any two steps is completed by whoever comes next: the same request once more, a connect, or the sweep.
/// </summary>
/// <remarks>
/// A blank box becomes a user's in five steps, each a conditional write: its row is assigned (<see cref="BoxState.Given"/>); the user's
/// row is
/// inserted, and with that the box is the user's; the volume gets its owner; the instance's claim becomes the user's; the blank's row goes.
/// A blank volume is taken in three: the user's row is inserted with the volume that it reserves (<see cref="BoxRow.VolumeReserved"/>); the
/// volume is taken; the row says so.
/// </remarks>
public sealed class BoxCreation(
    BoxStore boxes,
    VolumeStore volumes,
    InstanceStore instances,
    EventLog events,
    TagMirror mirror,
    IOptions<ShellboxOptions> options
)
{
    // A lost race is decided anew. More than a few in a row is no race.
    private const int Attempts = 8;

    /// <summary>Makes the box, or finds it.</summary>
    /// <param name="key">The box.</param>
    /// <param name="volumeId">The volume that it is to have; null: any blank one.</param>
    /// <param name="operationId">The caller's operation: the orchestration of a hold is started under it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<CreationOutcome> CreateAsync(BoxKey key, string? volumeId, string operationId, CancellationToken cancellationToken)
    {
        var (toHold, toRelease) = (new List<BoxRow>(), new List<BoxRow>());
        var created = await CompleteAssignedAsync(key, toHold, toRelease, cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await boxes.FindAsync(key, cancellationToken) is { } box)
            {
                if (box.State is BoxState.Deleting)
                    return Result(CreationKind.BeingDeleted, box);
                if (volumeId is not null && box.VolumeId != volumeId)
                    return Result(CreationKind.OtherVolume, box);
                if (!box.VolumeReserved)
                    return Result(created ? CreationKind.Created : CreationKind.Exists, box);
            }
            else
            {
                var (count, running) = await CountAsync(key.UserId, cancellationToken);
                if (count >= options.Value.Quota.Boxes)
                    return Result(CreationKind.TooManyBoxes, null);

                // One more that stands in memory would be beyond what the user may have there.
                var ready = volumeId is null && running < options.Value.Quota.RunningBoxes;
                if (ready && await AssignAsync(key, operationId, toHold, toRelease, cancellationToken))
                {
                    created = true;
                    continue;
                }
            }

            switch (await TakeVolumeAsync(key, volumeId, cancellationToken))
            {
                case true:
                    created = true;
                    break;
                case null:
                    return Result(volumeId is null ? await NothingLeftAsync() : CreationKind.VolumeNotFound, null);
            }
        }

        return Result(await NothingLeftAsync(), null);

        // What there was may have gone to other requests of the user's: then there is no use in asking again.
        async Task<CreationKind> NothingLeftAsync() =>
            await boxes.ListAsync(key.UserId, cancellationToken).CountAsync(b => b.Key != key, cancellationToken)
            >= options.Value.Quota.Boxes
                ? CreationKind.TooManyBoxes
                : CreationKind.NoBlankVolume;

        CreationOutcome Result(CreationKind kind, BoxRow? box) => new(kind, box, toHold, toRelease);
    }

    /// <summary>Completes every giving that was cut short.</summary>
    public async Task<CreationOutcome> CompleteAllAssignedAsync(CancellationToken cancellationToken)
    {
        var (toHold, toRelease) = (new List<BoxRow>(), new List<BoxRow>());
        var created = await CompleteAssignedAsync(null, toHold, toRelease, cancellationToken);
        return new CreationOutcome(created ? CreationKind.Created : CreationKind.Exists, null, toHold, toRelease);
    }

    /// <summary>Completes what was promised to a box before anything else is done with it.</summary>
    public async Task<CreationOutcome> CompleteAssignedAsync(BoxKey to, CancellationToken cancellationToken)
    {
        var (toHold, toRelease) = (new List<BoxRow>(), new List<BoxRow>());
        var created = await CompleteAssignedAsync(to, toHold, toRelease, cancellationToken);
        return new CreationOutcome(created ? CreationKind.Created : CreationKind.Exists, null, toHold, toRelease);
    }

    /// <summary>
    /// Whether the volume is the box's, making it so if the box's row is the one that is waiting for it.
    /// </summary>
    public async Task<VolumeRow?> OwnAsync(BoxRow box, CancellationToken cancellationToken)
    {
        var volume = await volumes.FindAsync(box.VolumeId, cancellationToken);
        if (volume is null || volume.Owner == box.Key)
            return volume;
        if (volume.State is VolumeState.Blank && box.VolumeReserved)
        {
            return await volumes.TryTakeBlankAsync(box.VolumeId, box.Key, cancellationToken)
                ?? await volumes.FindAsync(box.VolumeId, cancellationToken);
        }

        if (
            volume.Owner is { IsPools: true } blank
            && await boxes.FindAsync(blank, cancellationToken) is { State: BoxState.Given } given
            && given.AssignedTo == box.Key
        )
        {
            await volumes.TryGiveAsync(box.VolumeId, blank, box.Key, given.Epoch.Next, cancellationToken);
            return await volumes.FindAsync(box.VolumeId, cancellationToken);
        }

        return volume;
    }

    /// <summary>
    /// Assigns a held blank box to the user. False when there is none, or the user has come to a box otherwise meanwhile.
    /// </summary>
    private async Task<bool> AssignAsync(
        BoxKey to,
        string operationId,
        List<BoxRow> toHold,
        List<BoxRow> toRelease,
        CancellationToken cancellationToken
    )
    {
        foreach (var candidate in await boxes.FindHeldBlanksAsync(cancellationToken))
        {
            if (await boxes.TryAssignAsync(candidate, to, operationId, cancellationToken) is not { } blank)
                continue;
            return await CompleteAsync(blank, toHold, toRelease, cancellationToken);
        }

        return false;
    }

    private async Task<bool> CompleteAssignedAsync(
        BoxKey? to,
        List<BoxRow> toHold,
        List<BoxRow> toRelease,
        CancellationToken cancellationToken
    )
    {
        var created = false;
        await foreach (var blank in boxes.ListAssignedAsync(cancellationToken))
        {
            if (to is null || blank.AssignedTo == to)
                created |= await CompleteAsync(blank, toHold, toRelease, cancellationToken);
        }

        return created;
    }

    /// <summary>The steps after the assignment. Each finds what another run of it has done already.</summary>
    /// <returns>Whether the blank has become the user's box.</returns>
    private async Task<bool> CompleteAsync(BoxRow blank, List<BoxRow> toHold, List<BoxRow> toRelease, CancellationToken cancellationToken)
    {
        var (to, epoch) = (blank.AssignedTo!.Value, blank.Epoch.Next);
        if (await boxes.TryAddAssignedAsync(blank, cancellationToken, HasRoom) is { } added)
        {
            // Somebody else may have completed this long ago, and the user deleted the box since: then the volume is gone, and nothing may
            // come back.
            if (
                await volumes.FindAsync(blank.VolumeId, cancellationToken) is not { State: VolumeState.Owned } volume
                || (volume.Owner != blank.Key && volume.Owner != to)
            )
            {
                await boxes.WithdrawAsync(added, cancellationToken);
                await TakeBackAsync();
                return false;
            }

            await events.WriteAsync(
                new AuditEvent(
                    to,
                    "box-created",
                    $"Box {to.BoxName} is created on volume {blank.VolumeId}; its guest is in memory.",
                    blank.OperationId,
                    blank.InstanceId
                ),
                cancellationToken
            );
        }

        var box = await boxes.FindAsync(to, cancellationToken);
        if (box?.VolumeId != blank.VolumeId)
        {
            // Two requests for one box: the other has got it on another volume, and may have deleted it again. Or two for two boxes, of
            // which the user may have but one more. Nobody has seen this one.
            await TakeBackAsync();
            return false;
        }

        await volumes.TryGiveAsync(blank.VolumeId, blank.Key, to, epoch, cancellationToken);
        if (blank.InstanceId is { } instanceId)
        {
            await instances.TryGiveAsync(instanceId, blank.Key, new BoxOperation(to, blank.OperationId!, epoch), cancellationToken);
            await mirror.EnqueueInstanceAsync(instanceId, cancellationToken);
        }

        await mirror.EnqueueVolumeAsync(blank.VolumeId, cancellationToken);
        if (box.State is BoxState.Held && box.OperationId == blank.OperationId && box.Epoch == epoch)
            toHold.Add(box);
        await boxes.RemoveAssignedAsync(blank.Key, cancellationToken);
        return true;

        bool HasRoom(IReadOnlyList<BoxRow> others) =>
            others.Count < options.Value.Quota.Boxes && others.Count(o => o.CountsTowardQuota) < options.Value.Quota.RunningBoxes;

        async Task TakeBackAsync()
        {
            if (await boxes.TryTakeBackAsync(blank.Key, blank.OperationId + "-back", cancellationToken) is { } back)
                toRelease.Add(back);
        }
    }

    /// <summary>
    /// Makes a blank volume the box's. True when it is; false when a race was lost and all is to be decided anew; null when there is no
    /// volume to be had.
    /// </summary>
    private async Task<bool?> TakeVolumeAsync(BoxKey key, string? volumeId, CancellationToken cancellationToken)
    {
        var box = await boxes.FindAsync(key, cancellationToken);
        if (box is { VolumeReserved: false })
            return false;
        if (
            box is null
            || await volumes.FindAsync(box.VolumeId, cancellationToken) is not { State: VolumeState.Blank or VolumeState.Owned } reserved
            || (reserved.State is VolumeState.Owned && reserved.Owner != key)
        )
        {
            if (await ChooseAsync(volumeId, cancellationToken) is not { } chosen)
            {
                if (box is not null)
                    await boxes.RemoveReservedAsync(key, cancellationToken);
                return null;
            }

            if (
                box is null
                    ? !await boxes.TryAddReservedAsync(
                        key,
                        chosen.Id,
                        chosen.Epoch,
                        cancellationToken,
                        others => others.Count < options.Value.Quota.Boxes
                    )
                    : !await boxes.TryReserveVolumeAsync(key, box.VolumeId, chosen.Id, chosen.Epoch, cancellationToken)
            )
            {
                return false;
            }

            reserved = chosen;
        }

        if (await volumes.TryTakeBlankAsync(reserved.Id, key, cancellationToken) is null)
            return false;
        if (!await boxes.TryConfirmVolumeAsync(key, reserved.Id, cancellationToken))
        {
            // The box was deleted in this moment, or has reserved another by now.
            await volumes.TryReturnBlankAsync(reserved.Id, key, cancellationToken);
            return false;
        }

        await events.WriteAsync(
            new AuditEvent(key, "box-created", $"Box {key.BoxName} is created on volume {reserved.Id}."),
            cancellationToken
        );
        await mirror.EnqueueVolumeAsync(reserved.Id, cancellationToken);
        return true;
    }

    private async Task<VolumeRow?> ChooseAsync(string? volumeId, CancellationToken cancellationToken)
    {
        var candidates = volumeId is null ? await volumes.FindBlankAsync(cancellationToken) : [volumeId];
        foreach (var candidate in candidates)
        {
            if (await volumes.FindAsync(candidate, cancellationToken) is { State: VolumeState.Blank } volume)
                return volume;
        }

        return null;
    }

    private async Task<(int Boxes, int Running)> CountAsync(string userId, CancellationToken cancellationToken)
    {
        var (count, running) = (0, 0);
        await foreach (var row in boxes.ListAsync(userId, cancellationToken))
        {
            count++;
            if (row.CountsTowardQuota)
                running++;
        }

        return (count, running);
    }
}
