using Shellbox.Activities.Audit;

namespace Shellbox.Activities.Maintenance;

/// <summary>Writes what was purged.</summary>
public sealed class RecordMaintenance(EventLog events)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(int Histories, int Events, double Seconds);

    [Function(nameof(RecordMaintenance))]
    public Task RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        events.WriteAsync(
            new AuditEvent(
                null,
                "purged",
                $"{input.Histories} histories of ended orchestrations and {input.Events} old entries of the audit log were deleted."
            )
            {
                Seconds = input.Seconds,
            },
            cancellationToken
        );
}
