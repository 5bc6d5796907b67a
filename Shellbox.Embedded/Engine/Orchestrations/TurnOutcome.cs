namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>How an execution stands at the end of a turn.</summary>
internal enum TurnOutcome
{
    /// <summary>It waits.</summary>
    Waiting,
    Completed,
    Failed,
    Terminated,
    ContinuedAsNew,
}
