namespace Shellbox.Activities.Reconciliation;

/// <param name="Id">The run, as the audit log names it.</param>
/// <param name="Options">The limits that it began with.</param>
/// <param name="DryRun">Whether it only says what it would do: it writes nothing, the audit log included.</param>
public sealed record ReconcileRun(string Id, ReconcileOptions Options, bool DryRun);
