using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Release;

/// <summary>The part of an orchestration that detaches a volume from its instance.</summary>
/// <param name="context">The orchestration.</param>
/// <param name="progress">Its progress, which gets the steps.</param>
/// <param name="operation">Whose volume it is.</param>
/// <param name="deadline">When to give up.</param>
/// <param name="pollInterval">How often ARM is asked.</param>
internal sealed class VolumeDetachment(
    TaskOrchestrationContext context,
    OperationProgress progress,
    BoxOperation operation,
    DateTime deadline,
    TimeSpan pollInterval
)
{
    /// <summary>
    /// How often a volume that is attached where it has to stay is looked at before it is given up: a detach there may begin just now.
    /// </summary>
    private const int MaxHolderChecks = 4;

    /// <summary>When it gives up.</summary>
    public DateTime Deadline => deadline;

    /// <summary>
    /// Detaches the disk and waits until the disk itself says so. While an earlier operation runs on the VM, ARM answers 409; a detach that
    /// fails is begun again.
    /// </summary>
    /// <param name="placement">The instance that it is on.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="because">Why, for people, when that does not go without saying.</param>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public Task DetachAsync(Placement placement, BoxVolume volume, string? because = null)
    {
        const string Step = StepName.DetachVolume;
        var detaching = $"one PATCH of {placement.InstanceId}: the disk off, the instance's tags free";
        if (because is not null)
            detaching = $"{because}; {detaching}";
        return progress.RunAsync(
            Step,
            detaching,
            async () =>
            {
                var again = progress.Retrying(Step, detaching);
                var isOff = false;
                while (!isOff)
                {
                    var armOperation = await context.CallActivityAsync<Uri?>(
                        nameof(DetachVolume),
                        new DetachVolume.Input(operation, placement, volume),
                        Retries.UntilFree(context.Left(deadline), again)
                    );
                    if (armOperation is not null)
                        await context.AwaitArmAsync(armOperation, pollInterval, deadline);
                    var off = new ConfirmDetached.Input(volume.ResourceId, placement.ResourceId);
                    isOff = await context.CallActivityAsync<bool>(nameof(ConfirmDetached), off, Retries.Quick);
                    if (!isOff)
                        await context.PauseAsync(pollInterval, deadline);
                }
            }
        );
    }

    /// <summary>
    /// Detaches the volume from an instance that the box goes on without, and frees that, or takes it out of service.
    /// </summary>
    /// <param name="placement">The instance.</param>
    /// <param name="volume">The volume; null when the box has none.</param>
    /// <param name="quarantine">Why the instance is not to be given to others; null when it is well.</param>
    /// <param name="because">Why, for people, when that does not go without saying.</param>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public async Task DetachAndFreeAsync(Placement placement, BoxVolume? volume, string? quarantine, string? because = null)
    {
        if (volume is not null)
            await DetachAsync(placement, volume, because);
        await progress.RunAsync(
            StepName.FreeInstance,
            quarantine is null ? "freeing the instance" : $"taking {placement.InstanceId} out of service",
            () =>
                context.CallActivityAsync(
                    nameof(LeaveInstance),
                    new LeaveInstance.Input(operation, placement.InstanceId, volume?.VolumeId, quarantine),
                    Retries.Quick
                )
        );
    }

    /// <summary>
    /// Detaches the volume from an instance that it was left on. Where another box or nobody known has it, it stays: it is looked at a few
    /// times more, and then given up.
    /// </summary>
    /// <param name="step">The step that meets the volume there.</param>
    /// <param name="placement">Where the volume may be; null: nowhere.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="shutdownTimeout">How long a guest that runs there may take to end.</param>
    /// <exception cref="VolumeAttachedElsewhereException">It has to stay where it is.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public async Task DetachFromPreviousHolderAsync(string step, Placement? placement, BoxVolume volume, TimeSpan shutdownTimeout)
    {
        var since = progress.Now;
        var pause = pollInterval;
        for (var look = 1; ; look++)
        {
            var holder = await context.CallActivityAsync<FindHolder.Output?>(
                nameof(FindHolder),
                new FindHolder.Input(operation, placement, volume),
                Retries.Quick
            );
            if (holder is null)
                return;
            if (holder.From is { } from)
            {
                var quarantine = await EndGuestAsync(from, shutdownTimeout);
                await DetachAndFreeAsync(from, volume, quarantine, $"the volume was left on {holder.Name}, which no other box has");
                return;
            }

            var where = $"the volume {volume.VolumeId} is attached to {holder.Name}, and {holder.Obstacle}";
            if (look == MaxHolderChecks || context.Left(deadline) <= pause)
                throw new VolumeAttachedElsewhereException($"T{where[1..]}; have it detached there, then try again.");

            progress.Show(step, $"{where}; looking again", since);
            await context.CreateTimer(pause, CancellationToken.None);
            pause *= 2;
        }
    }

    /// <summary>Ends a guest that may run where the volume was left.</summary>
    /// <returns>Why the instance has to be quarantined if the claim on it is the box's; null when it is well.</returns>
    private async Task<string?> EndGuestAsync(Placement placement, TimeSpan shutdownTimeout)
    {
        try
        {
            await progress.RunAsync(
                StepName.StopGuest,
                $"ending what may run on {placement.InstanceId}",
                () =>
                    context.CallActivityAsync<AgentAnswer>(
                        nameof(StopQemu),
                        new StopQemu.Input(operation, placement, Save: false, shutdownTimeout),
                        Retries.Quick
                    )
            );
            return null;
        }
        catch (TaskFailedException e) when (e.FailureDetails.Is<InstanceUnreachableException>())
        {
            return e.FailureDetails.ErrorMessage.FirstLine();
        }
    }
}
