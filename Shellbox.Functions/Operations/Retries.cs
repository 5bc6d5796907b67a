using Shellbox.Activities.Operations;

namespace Shellbox.Functions.Operations;

/// <summary>When an activity is tried again.</summary>
internal static class Retries
{
    /// <summary>For what is quick: storage and reads. The SDKs have tried three times themselves by then.</summary>
    public static TaskOptions Quick { get; } =
        TaskOptions.FromRetryPolicy(
            new RetryPolicy(4, TimeSpan.FromMilliseconds(200), 2, TimeSpan.FromSeconds(2)) { HandleFailure = IsTransient }
        );

    /// <summary>
    /// For writes to ARM: another operation on the same VM or disk answers 409 until it is through, which can take minutes.
    /// </summary>
    /// <param name="timeout">How long to try.</param>
    /// <param name="again">Told why it is tried again; runs in the orchestrator, and in each replay of it.</param>
    public static TaskOptions UntilFree(TimeSpan timeout, Action<string>? again = null) =>
        TaskOptions.FromRetryPolicy(
            new RetryPolicy(100, TimeSpan.FromSeconds(1), 1.5, TimeSpan.FromSeconds(5), timeout)
            {
                HandleFailure = failure =>
                {
                    if (!IsTransient(failure))
                        return false;
                    again?.Invoke(failure.ErrorMessage.FirstLine());
                    return true;
                },
            }
        );

    /// <summary>For a step that is not worth a second try.</summary>
    public static TaskOptions Once { get; } = new();

    private static bool IsTransient(TaskFailureDetails failure) =>
        !failure.Is<StepFailedException>() && !failure.Is<OperationSupersededException>();
}
