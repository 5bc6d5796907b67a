using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Connect;

/// <summary>
/// Records how the attach operation ended. After a failure it says whose business that is: the connect's while it is under way, else, when
/// the box runs on a disk that ARM did not attach, a release's.
/// </summary>
public sealed class RecordAttachOutcome(BoxStore boxes, EventLog events)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, string InstanceId, OperationState State, double Seconds, bool WriteEvent);

    /// <summary>What remains to be done.</summary>
    public enum Duty
    {
        Nothing,

        /// <summary>The connect is under way and will hear of it.</summary>
        Wait,

        /// <summary>The box was taken as running: release it.</summary>
        Release,
    }

    [Function(nameof(RecordAttachOutcome))]
    public async Task<Duty> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var (operation, instanceId, state, seconds, writeEvent) = input;
        if (writeEvent)
        {
            var detail = state.Succeeded
                ? "ARM reports the attach as done."
                : $"The attach failed: {state.ErrorCode}: {state.ErrorMessage}";
            await events.WriteAsync(
                new AuditEvent(
                    operation.Key,
                    state.Succeeded ? "attach-operation-succeeded" : "attach-operation-failed",
                    detail,
                    operation.OperationId,
                    instanceId
                )
                {
                    Seconds = seconds,
                },
                cancellationToken
            );
        }

        if (state.Succeeded)
            return Duty.Nothing;
        var box = await boxes.FindAsync(operation.Key, cancellationToken);

        // A connect that found the instance dead has gone on with another.
        return box is null || !operation.Has(box) || box.InstanceId != instanceId
            ? Duty.Nothing
            : box.State switch
            {
                BoxState.Connecting => Duty.Wait,
                BoxState.Running or BoxState.Held => Duty.Release,
                _ => Duty.Nothing,
            };
    }
}
