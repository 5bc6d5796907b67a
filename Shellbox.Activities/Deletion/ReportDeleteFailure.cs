using Shellbox.Activities.Audit;
using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Deletion;

/// <summary>
/// Writes to the audit log that a delete did not get through. The box stays what it is, one that is being deleted; the sweep tries again.
/// </summary>
public sealed class ReportDeleteFailure(EventLog events)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, string Step, string Message, string? InstanceId);

    [Function(nameof(ReportDeleteFailure))]
    public Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        events.WriteAsync(
            new AuditEvent(
                input.Operation.Key,
                "delete-failed",
                $"{input.Step}: {input.Message}",
                input.Operation.OperationId,
                input.InstanceId
            ),
            cancellationToken
        );
}
