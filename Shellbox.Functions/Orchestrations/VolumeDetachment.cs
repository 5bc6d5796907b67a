using Shellbox.Activities;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Orchestrations;

/// <summary>The part of an orchestration that takes a volume off its instance.</summary>
internal static class VolumeDetachment
{
    /// <summary>
    /// Takes the disk off the instance and waits until the disk itself says so. While an earlier operation runs on the VM, ARM answers 409; a detach
    /// that fails is begun again.
    /// </summary>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task DetachAsync(
        this TaskOrchestrationContext context, BoxOperation operation, Placement placement, BoxVolume volume, DateTime deadline,
        ConnectOptions settings, TimeSpan pollInterval, Action<string> again)
    {
        while (true)
        {
            var armOperation = await context.CallActivityAsync<Uri?>(
                nameof(DetachVolume), new DetachVolume.Input(operation, placement, volume),
                Retries.UntilFree(Left(context, deadline), again));
            if (armOperation is not null) await context.AwaitArmAsync(armOperation, deadline, settings, pollInterval);
            if (await context.CallActivityAsync<bool>(
                nameof(ConfirmDetached), new ConfirmDetached.Input(volume.ResourceId, placement.ResourceId), Retries.Quick))
            {
                return;
            }

            await PauseAsync(context, pollInterval, deadline, settings);
        }
    }

    /// <summary>Waits for the end of an operation of ARM, good or bad.</summary>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task AwaitArmAsync(
        this TaskOrchestrationContext context, Uri armOperation, DateTime deadline, ConnectOptions settings, TimeSpan pollInterval)
    {
        while (true)
        {
            var state = await context.CallActivityAsync<OperationState>(nameof(CheckOperation), armOperation, Retries.Quick);
            if (state.Ended) return;
            await PauseAsync(context, state.RetryAfter > pollInterval ? state.RetryAfter.Value : pollInterval, deadline, settings);
        }
    }

    /// <summary>What is left until the deadline; never less than a second, which a retry policy needs.</summary>
    public static TimeSpan Left(this TaskOrchestrationContext context, DateTime deadline)
    {
        var left = deadline - context.CurrentUtcDateTime;
        return left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
    }

    /// <exception cref="TimeoutException">The deadline comes before the end of the pause.</exception>
    public static Task PauseAsync(this TaskOrchestrationContext context, TimeSpan pause, DateTime deadline, ConnectOptions settings) =>
        context.Left(deadline) > pause
            ? context.CreateTimer(pause, CancellationToken.None)
            : throw new TimeoutException($"ARM was not through with the volume after {settings.ReleaseDeadline.TotalMinutes:0.#} minutes.");
}
