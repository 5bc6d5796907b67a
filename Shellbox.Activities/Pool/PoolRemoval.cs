namespace Shellbox.Activities.Pool;

/// <param name="InstanceId">The instance to remove.</param>
/// <param name="ExpectedOperationId">The creation or removal that is over; null for one that is free or quarantined.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record PoolRemoval(string InstanceId, string? ExpectedOperationId, string Reason);
