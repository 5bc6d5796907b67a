namespace Shellbox.Contracts.Audit;

/// <summary>An entry of the audit log: what happened, to whom, by which operation, how long it took.</summary>
/// <param name="At">When.</param>
/// <param name="Kind">A fixed word, such as <c>connected</c>.</param>
/// <param name="Subject">A box (user id and name), or <c>pool</c>.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="OperationId">The operation that did it.</param>
/// <param name="InstanceId">The instance concerned, if any.</param>
/// <param name="Seconds">How long it took; null when it has no duration.</param>
public sealed record BoxEvent(
    DateTimeOffset At,
    string Kind,
    string? Subject,
    string Detail,
    string? OperationId,
    string? InstanceId,
    double? Seconds
);
