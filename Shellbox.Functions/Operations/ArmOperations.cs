using Shellbox.Activities.Azure;
using Shellbox.Activities.Operations;
using Shellbox.Functions.Pool;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Operations;

/// <summary>Waits for long-running operations of ARM.</summary>
internal static class ArmOperations
{
    /// <summary>Looks at the operation until it has ended. Null is one that needs no waiting.</summary>
    /// <exception cref="PoolStepException">It failed, or had not ended at the deadline.</exception>
    public static async Task AwaitAsync(this TaskOrchestrationContext context, Uri? operation, TimeSpan pollInterval, DateTime deadline)
    {
        while (operation is not null)
        {
            var state = await context.CallActivityAsync<OperationState>(
                nameof(CheckOperation),
                operation,
                Retries.UntilFree(context.Left(deadline))
            );
            if (state.Succeeded)
                return;
            if (state.Ended)
                throw new PoolStepException($"{state.ErrorCode}: {state.ErrorMessage ?? state.Status}");
            await context.PauseAsync(state.RetryAfter > pollInterval ? state.RetryAfter.Value : pollInterval, deadline);
        }
    }

    /// <exception cref="PoolStepException">The deadline would be over.</exception>
    public static Task PauseAsync(this TaskOrchestrationContext context, TimeSpan pause, DateTime deadline) =>
        context.CurrentUtcDateTime + pause < deadline
            ? context.CreateTimer(pause, CancellationToken.None)
            : throw new PoolStepException("It was not through at the deadline.");
}
