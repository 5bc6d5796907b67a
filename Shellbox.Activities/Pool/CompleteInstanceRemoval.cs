using Shellbox.Activities.Audit;
using Shellbox.Activities.Azure;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Pool;

/// <summary>Ends a removal. One that failed leaves the row as it is: the pool tries it again.</summary>
public sealed class CompleteInstanceRemoval(InstanceStore instances, EventLog events, TagMirror mirror)
{
    /// <param name="InstanceId">The instance.</param>
    /// <param name="OperationId">The removal.</param>
    /// <param name="Reason">Why it was removed.</param>
    /// <param name="Failure">Why its VM could not be deleted; null when it is gone.</param>
    /// <param name="GiveUp">Whether trying again would not mend that: then the instance is quarantined.</param>
    /// <param name="Seconds">How long it took.</param>
    public sealed record Input(string InstanceId, string OperationId, string Reason, string? Failure, bool GiveUp, double Seconds);

    [Function(nameof(CompleteInstanceRemoval))]
    public async Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        if (input.Failure is null || input.GiveUp)
        {
            await instances.EndRemovalAsync(input.InstanceId, input.OperationId, input.Failure, cancellationToken);
            if (input.GiveUp)
                await mirror.EnqueueInstanceAsync(input.InstanceId, cancellationToken);
        }

        await events.WriteAsync(
            new AuditEvent(
                null,
                input.Failure is null ? "instance-removed" : "instance-removal-failed",
                input.Failure is null
                    ? $"Instance {input.InstanceId} is removed. {input.Reason}"
                    : $"Instance {input.InstanceId} could not be removed: {input.Failure}",
                input.OperationId,
                input.InstanceId
            )
            {
                Seconds = input.Seconds,
            },
            cancellationToken
        );
    }
}
