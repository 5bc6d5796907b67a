using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Release;

/// <summary>The part of an orchestration that takes a volume off its instance.</summary>
internal static class VolumeDetachment
{
    /// <summary>
    /// How often a volume that is attached where it has to stay is looked at before it is given up: a detach there may begin just now.
    /// </summary>
    private const int MostLooks = 4;

    /// <summary>
    /// Takes the disk off the instance and waits until the disk itself says so. While an earlier operation runs on the VM, ARM answers 409;
    /// a detach that fails is begun again.
    /// </summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="progress">Its progress, which gets the step.</param>
    /// <param name="operation">Whose volume it is.</param>
    /// <param name="placement">The instance that it is on.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="pollInterval">How often ARM is asked.</param>
    /// <param name="because">Why, for people, when that does not go without saying.</param>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static Task DetachAsync(
        this TaskOrchestrationContext context,
        OperationProgress progress,
        BoxOperation operation,
        Placement placement,
        BoxVolume volume,
        DateTime deadline,
        TimeSpan pollInterval,
        string? because = null
    )
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
                        Retries.UntilFree(Left(context, deadline), again)
                    );
                    if (armOperation is not null)
                        await context.AwaitArmAsync(armOperation, deadline, pollInterval);
                    var off = new ConfirmDetached.Input(volume.ResourceId, placement.ResourceId);
                    isOff = await context.CallActivityAsync<bool>(nameof(ConfirmDetached), off, Retries.Quick);
                    if (!isOff)
                        await PauseForVolumeAsync(context, pollInterval, deadline);
                }
            }
        );
    }

    /// <summary>Takes the volume off an instance that the box goes on without, and frees that, or takes it out of service.</summary>
    /// <inheritdoc cref="DetachAsync"/>
    /// <param name="context">The orchestration.</param>
    /// <param name="progress">Its progress, which gets the steps.</param>
    /// <param name="operation">Whose volume it is.</param>
    /// <param name="placement">The instance.</param>
    /// <param name="volume">The volume; null when the box has none.</param>
    /// <param name="quarantine">Why the instance is not to be given to others; null when it is well.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="pollInterval">How often ARM is asked.</param>
    /// <param name="because">Why, for people, when that does not go without saying.</param>
    public static async Task LeaveAsync(
        this TaskOrchestrationContext context,
        OperationProgress progress,
        BoxOperation operation,
        Placement placement,
        BoxVolume? volume,
        string? quarantine,
        DateTime deadline,
        TimeSpan pollInterval,
        string? because = null
    )
    {
        if (volume is not null)
            await context.DetachAsync(progress, operation, placement, volume, deadline, pollInterval, because);
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
    /// Takes the volume off an instance that it was left on. Where another box or nobody known has it, it stays: it is looked at a few
    /// times more, and then given up.
    /// </summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="progress">Its progress.</param>
    /// <param name="step">The step that meets the volume there.</param>
    /// <param name="operation">Whose volume it is.</param>
    /// <param name="placement">Where the volume may be; null: nowhere.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="shutdownTimeout">How long a guest that runs there may take to end.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="pollInterval">How often ARM is asked.</param>
    /// <exception cref="VolumeAttachedElsewhereException">It has to stay where it is.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task TakeOffElsewhereAsync(
        this TaskOrchestrationContext context,
        OperationProgress progress,
        string step,
        BoxOperation operation,
        Placement? placement,
        BoxVolume volume,
        TimeSpan shutdownTimeout,
        DateTime deadline,
        TimeSpan pollInterval
    )
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
                var quarantine = await EndGuestAsync(context, progress, operation, from, shutdownTimeout);
                await context.LeaveAsync(
                    progress,
                    operation,
                    from,
                    volume,
                    quarantine,
                    deadline,
                    pollInterval,
                    $"the volume was left on {holder.Name}, which no other box has"
                );
                return;
            }

            var where = $"the volume {volume.VolumeId} is attached to {holder.Name}, and {holder.Obstacle}";
            if (look == MostLooks || context.Left(deadline) <= pause)
            {
                throw new VolumeAttachedElsewhereException($"T{where[1..]}; have it detached there, then try again.");
            }

            progress.Show(step, $"{where}; looking again", since);
            await context.CreateTimer(pause, CancellationToken.None);
            pause *= 2;
        }
    }

    /// <summary>Ends a guest that may run where the volume was left.</summary>
    /// <returns>Why the instance has to be quarantined if the claim on it is the box's; null when it is well.</returns>
    private static async Task<string?> EndGuestAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        BoxOperation operation,
        Placement placement,
        TimeSpan shutdownTimeout
    )
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

    /// <summary>Waits for the end of an operation of ARM, good or bad.</summary>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task AwaitArmAsync(
        this TaskOrchestrationContext context,
        Uri armOperation,
        DateTime deadline,
        TimeSpan pollInterval
    )
    {
        var state = await LookAsync();
        while (!state.Ended)
        {
            await PauseForVolumeAsync(context, state.RetryAfter > pollInterval ? state.RetryAfter.Value : pollInterval, deadline);
            state = await LookAsync();
        }

        Task<OperationState> LookAsync() => context.CallActivityAsync<OperationState>(nameof(CheckOperation), armOperation, Retries.Quick);
    }

    /// <summary>What is left until the deadline; never less than a second, which a retry policy needs.</summary>
    public static TimeSpan Left(this TaskOrchestrationContext context, DateTime deadline)
    {
        var left = deadline - context.CurrentUtcDateTime;
        return left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
    }

    /// <exception cref="TimeoutException">The deadline comes before the end of the pause.</exception>
    public static Task PauseForVolumeAsync(this TaskOrchestrationContext context, TimeSpan pause, DateTime deadline) =>
        context.Left(deadline) > pause
            ? context.CreateTimer(pause, CancellationToken.None)
            : throw new TimeoutException("ARM was not through with the volume at the deadline.");
}
