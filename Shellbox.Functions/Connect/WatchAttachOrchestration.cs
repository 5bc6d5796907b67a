using Shellbox.Activities.Azure;
using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Connect;

/// <summary>
/// Watches the VM operation of an attach, beside the connect and after it: the guest usually runs long before ARM reports the end. A
/// failure fails the connect that is under way; if the box was taken as running already, it is released.
/// </summary>
public static class WatchAttachOrchestration
{
    /// <summary>How much longer than the first the waits between two looks may get: with the first at 2 s, 16 s.</summary>
    private const int MostPauses = 8;

    [Function(nameof(WatchAttachOrchestration))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<WatchAttachInput>()!;
        var started = context.CurrentUtcDateTime;

        // ARM's own bound on a VM operation is far above any that was seen; this one only ends the watching.
        var deadline = started + TimeSpan.FromHours(1);
        var pause = input.PollInterval;
        var state = await LookAsync();
        while (!state.Ended && context.CurrentUtcDateTime <= deadline)
        {
            await context.CreateTimer(state.RetryAfter > pause ? state.RetryAfter.Value : pause, CancellationToken.None);

            // Nobody waits for this, and ARM lets a subscription read 25 times a second: many attaches at once must not take the reads from
            // the connects.
            if (pause < MostPauses * input.PollInterval)
                pause *= 2;
            state = await LookAsync();
        }

        var seconds = (context.CurrentUtcDateTime - started).TotalSeconds;
        var duty = await RecordAsync(writeEvent: true);
        if (state.Succeeded)
            return;

        context.SendEvent(
            input.ConnectId,
            ConnectOrchestration.AttachFailedEvent(input.InstanceId),
            $"ARM could not attach the volume: {state.ErrorMessage ?? state.Status}"
        );

        // The connect may have passed the point where it listens, and take the box as running in this moment.
        var until = context.CurrentUtcDateTime + input.Settings.Deadline;
        while (duty is RecordAttachOutcome.Duty.Wait && context.CurrentUtcDateTime < until)
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            duty = await RecordAsync(writeEvent: false);
        }

        if (duty is RecordAttachOutcome.Duty.Release)
        {
            var operation = input.Operation;
            var release = operation.OperationId + "-detached";
            await context.CallSubOrchestratorAsync<ReleaseResult>(
                nameof(ReleaseOrchestration),
                new ReleaseInput(
                    operation.UserId,
                    operation.BoxName,
                    operation.OperationId,
                    operation.Epoch,
                    release,
                    "ARM reported that the attach failed after the guest had started.",
                    null,
                    TimeSpan.Zero,
                    Save: false,
                    input.Settings,
                    input.PollInterval
                ),
                new SubOrchestrationOptions(instanceId: release)
            );
        }

        Task<OperationState> LookAsync() =>
            context.CallActivityAsync<OperationState>(
                nameof(CheckOperation),
                input.ArmOperation,
                Retries.UntilFree(TimeSpan.FromMinutes(10))
            );

        Task<RecordAttachOutcome.Duty> RecordAsync(bool writeEvent) =>
            context.CallActivityAsync<RecordAttachOutcome.Duty>(
                nameof(RecordAttachOutcome),
                new RecordAttachOutcome.Input(input.Operation, input.InstanceId, state, seconds, writeEvent),
                Retries.Quick
            );
    }
}
