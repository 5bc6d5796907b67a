namespace Shellbox.Contracts.Reconciliation;

/// <summary>What became of a finding.</summary>
public static class FindingAction
{
    /// <summary>It was put right, or what puts it right was begun.</summary>
    public const string Repaired = "repaired";

    /// <summary>A person has to decide.</summary>
    public const string Reported = "reported";

    /// <summary>It was left as it is: the run's repairs were used up, or another writer was first.</summary>
    public const string Skipped = "skipped";

    /// <summary>A dry run would have repaired it.</summary>
    public const string WouldRepair = "would-repair";
}
