namespace Shellbox.Contracts.Reconciliation;

/// <summary>Why something that looked wrong was not looked into further.</summary>
public static class SkipReason
{
    /// <summary>It changed more recently than Resource Graph may lag.</summary>
    public const string AgeGuard = "age-guard";

    /// <summary>The resource provider says otherwise than Resource Graph did.</summary>
    public const string ProviderDisagrees = "provider-disagrees";

    /// <summary>An operation is under way there.</summary>
    public const string InFlight = "in-flight";

    /// <summary>The run's reads of the providers were used up.</summary>
    public const string CheckBudget = "check-budget";

    /// <summary>The run's queries of Resource Graph were used up.</summary>
    public const string QueryBudget = "query-budget";

    /// <summary>Resource Graph shows far fewer resources than the tables: nothing is concluded from that.</summary>
    public const string TooFewResources = "too-few-resources";
}
