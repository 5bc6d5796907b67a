namespace Shellbox.Activities.Reconciliation;

/// <summary>What is left of a run's limits.</summary>
/// <param name="Checks">Reads of the resource providers.</param>
/// <param name="Repairs">Repairs.</param>
/// <param name="Probes">Instances to be asked over SSH.</param>
/// <param name="Listed">Findings that the report still has room for; the others are counted.</param>
public sealed record ReconcileBudget(int Checks, int Repairs, int Probes, int Listed);
