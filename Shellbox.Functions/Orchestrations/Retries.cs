using Shellbox.Activities;
using Shellbox.Activities.State;

namespace Shellbox.Functions.Orchestrations;

/// <summary>When an activity is tried again.</summary>
internal static class Retries
{
    /// <summary>For what is quick: storage and reads. The SDKs have tried three times themselves by then.</summary>
    public static TaskOptions Quick { get; } = TaskOptions.FromRetryPolicy(
        new RetryPolicy(4, TimeSpan.FromMilliseconds(200), 2, TimeSpan.FromSeconds(2)) { HandleFailure = IsTransient });

    /// <summary>For writes to ARM: another operation on the same VM or disk answers 409 until it is through, which can take minutes.</summary>
    public static TaskOptions UntilFree(TimeSpan timeout) => TaskOptions.FromRetryPolicy(
        new RetryPolicy(100, TimeSpan.FromSeconds(1), 1.5, TimeSpan.FromSeconds(5), timeout) { HandleFailure = IsTransient });

    /// <summary>For a step that is not worth a second try.</summary>
    public static TaskOptions Once { get; } = new();

    private static bool IsTransient(TaskFailureDetails failure) =>
        !failure.IsCausedBy<StepFailedException>() && !failure.IsCausedBy<OperationSupersededException>();
}
