namespace Shellbox.Activities.Audit;

/// <summary>An entry for the audit log.</summary>
/// <param name="Box">Whom it concerns; null for the pool.</param>
/// <param name="Kind">A fixed word.</param>
/// <param name="Detail">A sentence for people. Never a secret.</param>
/// <param name="OperationId">The operation that did it.</param>
/// <param name="InstanceId">The instance concerned, if any.</param>
public sealed record AuditEvent(BoxKey? Box, string Kind, string Detail, string? OperationId = null, string? InstanceId = null)
{
    /// <summary>How long it took, if it has a duration.</summary>
    public double? Seconds { get; init; }

    /// <summary>Of a connect: how the box was started. From these entries a worker that starts knows what to expect of a tier.</summary>
    public string? Tier { get; init; }
}
