using Shellbox.Activities.Connect;
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
    private const int MaxPauseGrowth = 8;

    [Function(nameof(WatchAttachOrchestration))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<WatchAttachInput>()!;
        var started = context.CurrentUtcDateTime;

        // ARM's own bound on a VM operation is far above any that was seen; this one only ends the watching.
        // Nobody waits for this, and ARM lets a subscription read 25 times a second: many attaches at once must not take the reads from the
        // connects.
        var state = await context.PollArmAsync(input.ArmOperation, input.PollInterval, started + TimeSpan.FromHours(1), MaxPauseGrowth);
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
                ReleaseInput.After(
                    operation,
                    release,
                    "ARM reported that the attach failed after the guest had started.",
                    input.Settings,
                    input.PollInterval
                ),
                new SubOrchestrationOptions(instanceId: release)
            );
        }

        Task<RecordAttachOutcome.Duty> RecordAsync(bool writeEvent) =>
            context.CallActivityAsync<RecordAttachOutcome.Duty>(
                nameof(RecordAttachOutcome),
                new RecordAttachOutcome.Input(input.Operation, input.InstanceId, state, seconds, writeEvent),
                Retries.Quick
            );
    }
}
