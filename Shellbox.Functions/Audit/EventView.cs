using Shellbox.Activities.Audit;

namespace Shellbox.Functions.Audit;

/// <summary>An entry of the audit log as the API shows it.</summary>
internal sealed record EventView(
    DateTimeOffset At,
    string Kind,
    string? Subject,
    string Detail,
    string? OperationId,
    string? InstanceId,
    double? Seconds
)
{
    public static EventView Of(EventRow row) =>
        new(row.At, row.Kind, row.Subject, row.Detail, row.OperationId, row.InstanceId, row.Seconds);
}
