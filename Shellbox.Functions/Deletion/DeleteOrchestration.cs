using Shellbox.Activities.Connect;
using Shellbox.Activities.Deletion;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Deletion;

/// <summary>
/// Deletes a box for good: ends its guest without saving it, takes the volume off, frees the instance, deletes the disk once the provider
/// says that nothing holds it, and removes the rows. It may begin in any state of the box, and anew after a failure: each step finds what
/// was done before. What does not get through leaves the box in <see cref="BoxState.Deleting"/>, with an event.
/// </summary>
public static class DeleteOrchestration
{
    private const string DeleteStep = StepName.DeleteVolume;

    [Function(nameof(DeleteOrchestration))]
    public static async Task<DeleteResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<DeleteInput>()!;
        var operation = input.Operation;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var deadline = context.CurrentUtcDateTime + input.Settings.ReleaseDeadline;
        var detachment = new VolumeDetachment(context, progress, operation, deadline, input.PollInterval);
        string? instanceId = null;
        try
        {
            var begun = await progress.RunAsync(
                StepName.BeginDelete,
                "nobody gets the box or its volume any more",
                () => context.CallActivityAsync<BeginDelete.Output?>(nameof(BeginDelete), operation, Retries.Quick)
            );
            if (begun is null)
                return Superseded();

            if (begun.Placement is { } placement)
            {
                instanceId = placement.InstanceId;
                var quarantine = await StopAsync(context, progress, input, placement);

                // Without its volume's row nobody can say which disk is on it: it is not for others as it is.
                if (begun.Volume is null)
                    quarantine ??= $"The box {operation.Key} was deleted, and its volume is not registered.";
                await detachment.DetachAndFreeAsync(placement, begun.Volume, quarantine);
            }

            if (begun.Volume is { } volume)
            {
                var deleting = $"deleting the disk {volume.VolumeId}";
                await progress.RunAsync(
                    DeleteStep,
                    deleting,
                    () => DeleteVolumeAsync(context, input, volume, detachment, progress.Retrying(DeleteStep, deleting))
                );
            }

            await progress.RunAsync(
                StepName.RemoveBox,
                "removing the records",
                () =>
                    context.CallActivityAsync(
                        nameof(CompleteDelete),
                        new CompleteDelete.Input(operation, begun.Volume?.VolumeId, progress.Since(started)),
                        Retries.Quick
                    )
            );
            return new DeleteResult(DeleteResult.Deleted, progress.Since(started), [.. progress.Steps]);
        }
        catch (TaskFailedException e) when (e.FailureDetails.Is<OperationSupersededException>())
        {
            return Superseded();
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException or VolumeAttachedElsewhereException)
        {
            var reason = e.Reason();
            await context.CallActivityAsync(
                nameof(ReportDeleteFailure),
                new ReportDeleteFailure.Input(operation, progress.Current, reason, instanceId),
                Retries.Quick
            );
            throw new DeleteFailedException($"{progress.Current}: {reason}");
        }

        DeleteResult Superseded() => new(DeleteResult.Superseded, progress.Since(started), [.. progress.Steps]);
    }

    /// <summary>
    /// Ends the guest. Nothing that fails here keeps the disk from being taken off, for what is on it is not wanted any more; but an
    /// instance that is not known to be clean is not for others.
    /// </summary>
    /// <returns>Why the instance has to be quarantined; null when it is well.</returns>
    private static async Task<string?> StopAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        DeleteInput input,
        Placement placement
    )
    {
        try
        {
            var ended = await progress.RunAsync(
                StepName.StopGuest,
                "ending the guest",
                () =>
                    context.CallActivityAsync<AgentAnswer>(
                        nameof(StopQemu),
                        new StopQemu.Input(input.Operation, placement, Save: false, input.Settings.ShutdownTimeout),
                        Retries.Quick
                    )
            );
            progress.Add(ended.Steps);
            return null;
        }
        catch (TaskFailedException e)
            when (e.FailureDetails.Is<InstanceUnreachableException>() || e.FailureDetails.Is<StepFailedException>())
        {
            return e.FailureDetails.ErrorMessage.FirstLine();
        }
    }

    private static async Task DeleteVolumeAsync(
        TaskOrchestrationContext context,
        DeleteInput input,
        BoxVolume volume,
        VolumeDetachment detachment,
        Action<string> again
    )
    {
        var gone = false;
        while (!gone)
        {
            try
            {
                var state = await context.CallActivityAsync<DeleteVolume.Output>(
                    nameof(DeleteVolume),
                    new DeleteVolume.Input(input.Operation, volume),
                    Retries.UntilFree(context.Left(detachment.Deadline), again)
                );
                gone = state.Gone;
                if (gone)
                    continue;
                if (state.ArmOperation is { } armOperation)
                    await context.AwaitArmAsync(armOperation, input.PollInterval, detachment.Deadline);
                else
                    await context.PauseAsync(input.PollInterval, detachment.Deadline);
            }
            catch (TaskFailedException e)
                when (e.FailureDetails.Is<VolumeHeldException>() && context.CurrentUtcDateTime < detachment.Deadline)
            {
                // It is off the box's own instance. An attach that was cut short may have come through late on another.
                await detachment.DetachFromPreviousHolderAsync(DeleteStep, null, volume, input.Settings.ShutdownTimeout);
                await context.PauseAsync(input.PollInterval, detachment.Deadline);
            }
        }
    }
}
