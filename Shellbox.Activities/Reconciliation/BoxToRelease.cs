using Shellbox.Activities.Operations;

namespace Shellbox.Activities.Reconciliation;

/// <summary>A box that a release is to be started for.</summary>
/// <param name="Key">The box.</param>
/// <param name="OperationId">Whose the box is, as the row says.</param>
/// <param name="Epoch">And since which epoch.</param>
/// <param name="Reason">Why, as a sentence for the audit log.</param>
public sealed record BoxToRelease(BoxKey Key, string OperationId, Epoch Epoch, string Reason);
