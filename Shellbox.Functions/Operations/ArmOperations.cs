using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Functions.Pool;

namespace Shellbox.Functions.Operations;

/// <summary>Waits for long-running operations of ARM: the one place where an orchestration polls.</summary>
internal static class ArmOperations
{
    /// <summary>Looks at the operation until it has ended, or the deadline comes; gives what was seen last.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="operation">The URL of the operation's state.</param>
    /// <param name="pollInterval">How long to wait between two looks, unless ARM asks for longer.</param>
    /// <param name="deadline">When to stop looking.</param>
    /// <param name="growth">How much longer the waits may become.</param>
    public static async Task<OperationState> PollArmAsync(
        this TaskOrchestrationContext context,
        Uri operation,
        TimeSpan pollInterval,
        DateTime deadline,
        int growth = 1
    )
    {
        var pause = pollInterval;
        var state = await LookAsync();
        while (!state.Ended && context.CurrentUtcDateTime + pause < deadline)
        {
            await context.CreateTimer(state.RetryAfter > pause ? state.RetryAfter.Value : pause, CancellationToken.None);
            if (pause < growth * pollInterval)
                pause *= 2;
            state = await LookAsync();
        }

        return state;

        Task<OperationState> LookAsync() =>
            context.CallActivityAsync<OperationState>(nameof(CheckOperation), operation, Retries.UntilFree(context.Left(deadline)));
    }

    /// <summary>Waits for the end of the operation, good or bad.</summary>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task<OperationState> AwaitArmAsync(
        this TaskOrchestrationContext context,
        Uri operation,
        TimeSpan pollInterval,
        DateTime deadline
    )
    {
        var state = await context.PollArmAsync(operation, pollInterval, deadline);
        return state.Ended ? state : throw NotThrough();
    }

    /// <summary>Waits for the good end of the operation. Null is one that needs no waiting.</summary>
    /// <exception cref="PoolStepException">It failed.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    public static async Task RequireArmAsync(
        this TaskOrchestrationContext context,
        Uri? operation,
        TimeSpan pollInterval,
        DateTime deadline
    )
    {
        if (operation is null)
            return;
        var state = await context.AwaitArmAsync(operation, pollInterval, deadline);
        if (!state.Succeeded)
            throw new PoolStepException($"{state.ErrorCode}: {state.ErrorMessage ?? state.Status}");
    }

    /// <exception cref="TimeoutException">The deadline comes before the end of the pause.</exception>
    public static Task PauseAsync(this TaskOrchestrationContext context, TimeSpan pause, DateTime deadline) =>
        context.CurrentUtcDateTime + pause < deadline ? context.CreateTimer(pause, CancellationToken.None) : throw NotThrough();

    /// <summary>What is left until the deadline; never less than a second, which a retry policy needs.</summary>
    public static TimeSpan Left(this TaskOrchestrationContext context, DateTime deadline)
    {
        var left = deadline - context.CurrentUtcDateTime;
        return left > TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
    }

    private static TimeoutException NotThrough() => new("ARM was not through at the deadline.");
}
