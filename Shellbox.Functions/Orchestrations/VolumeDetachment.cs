using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Orchestrations;

/// <summary>The part of an orchestration that takes a volume off its instance.</summary>
internal static class VolumeDetachment
{
    /// <summary>
    /// Takes the disk off the instance and waits until the disk itself says so. While an earlier operation runs on the VM, ARM answers 409; a detach
    /// that fails is begun again.
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
        this TaskOrchestrationContext context, OperationProgress progress, BoxOperation operation, Placement placement, BoxVolume volume, DateTime deadline,
        TimeSpan pollInterval, string? because = null)
    {
        const string Step = "detach-volume";
        var detaching = $"one PATCH of {placement.InstanceId}: the disk off, the instance's tags free";
        if (because is not null) detaching = $"{because}; {detaching}";
        return progress.RunAsync(Step, detaching, async () =>
        {
            var again = progress.Retrying(Step, detaching);
            while (true)
            {
                var armOperation = await context.CallActivityAsync<Uri?>(
                    nameof(DetachVolume), new DetachVolume.Input(operation, placement, volume), Retries.UntilFree(Left(context, deadline), again));
                if (armOperation is not null) await context.AwaitArmAsync(armOperation, deadline, pollInterval);
                var off = new ConfirmDetached.Input(volume.ResourceId, placement.ResourceId);
                if (await context.CallActivityAsync<bool>(nameof(ConfirmDetached), off, Retries.Quick)) return;
                await PauseForVolumeAsync(context, pollInterval, deadline);
            }
        });
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
        this TaskOrchestrationContext context, OperationProgress progress, BoxOperation operation, Placement placement, BoxVolume? volume, string? quarantine,
        DateTime deadline, TimeSpan pollInterval, string? because = null)
    {
        if (volume is not null) await context.DetachAsync(progress, operation, placement, volume, deadline, pollInterval, because);
        await progress.RunAsync(
            "free-instance", quarantine is null ? "freeing the instance" : $"taking {placement.InstanceId} out of service",
            () => context.CallActivityAsync(
                nameof(LeaveInstance), new LeaveInstance.Input(operation, placement.InstanceId, volume?.VolumeId, quarantine), Retries.Quick));
    }

    /// <summary>Waits for the end of an operation of ARM, good or bad.</summary>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task AwaitArmAsync(
        this TaskOrchestrationContext context, Uri armOperation, DateTime deadline, TimeSpan pollInterval)
    {
        while (true)
        {
            var state = await context.CallActivityAsync<OperationState>(nameof(CheckOperation), armOperation, Retries.Quick);
            if (state.Ended) return;
            await PauseForVolumeAsync(context, state.RetryAfter > pollInterval ? state.RetryAfter.Value : pollInterval, deadline);
        }
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
