namespace Shellbox.Activities.State;

/// <summary>The queues that functions are triggered by.</summary>
public static class WorkQueues
{
    /// <summary>What is to be made ready before somebody asks.</summary>
    public const string Prewarm = "prewarm";

    /// <summary>Resources whose tags are to be brought to what the tables say.</summary>
    public const string TagUpdates = "tag-updates";

    /// <summary>All of them: the Functions host creates a poison queue when it needs one, and no other.</summary>
    internal static IReadOnlyList<string> All { get; } = [Prewarm, TagUpdates];
}
