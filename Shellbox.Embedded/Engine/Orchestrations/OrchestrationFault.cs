using Shellbox.Embedded.DurableTask;

namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>The engine's own reasons to fail an instance.</summary>
internal static class OrchestrationFault
{
    public const string ForeignAwait =
        "The orchestrator awaited something that is not a durable task, such as Task.Delay, Task.Run or I/O, or continued on another thread. An "
        + "orchestrator may await only tasks of its TaskOrchestrationContext and combinations of them: use CreateTimer to wait, and do "
        + "everything else in an activity.";

    public static TaskFailureDetails Foreign() => new(typeof(InvalidOperationException).FullName!, ForeignAwait, null, null, null);

    public static TaskFailureDetails NonDeterministic(string found) => new(
        "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException",
        $"Non-Deterministic workflow detected: {found} An orchestrator must ask for the same things in the same order on every replay; "
        + "change it only when no instance of it is under way.",
        null,
        null,
        null);

    public static TaskFailureDetails CustomStatusTooLarge(int limit) => new(
        typeof(ArgumentException).FullName!, $"The custom status is larger than {limit / 1024} KB of JSON in UTF-16.", null, null, null);

    public static TaskFailureDetails Broke(string what, int times, Exception last) => new(
        "Shellbox.WorkItemGivenUpException",
        $"{what} was given up: its turn failed {times} times, the last time with {last.GetType()}: {last.Message}",
        null,
        null,
        null);

    public static TaskFailureDetails Crashed(string what, int times) => new(
        "Shellbox.WorkItemGivenUpException",
        $"{what} was given up: the process ended {times} times while it ran.",
        null,
        null,
        null);
}
