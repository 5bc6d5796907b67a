using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Time;

namespace Shellbox.AzureSimulator.Operations;

/// <summary>What happens when during a long-running operation, in simulated time from its acceptance.</summary>
internal static class OperationTimeline
{
    internal sealed record Step(TimeSpan At, Func<CancellationToken, Task> Do);

    /// <summary>When an operation that is to fail before it had any effect does so.</summary>
    private static readonly TimeSpan EarlyFailure = TimeSpan.FromSeconds(3);

    /// <exception cref="ArmException">The injected failure.</exception>
    public static async Task RunAsync(
        SimulatedClock clock,
        LongRunningOperation operation,
        TimeSpan total,
        IEnumerable<Step> steps,
        CancellationToken stopping
    )
    {
        var fault = operation.Fault?.Source;
        if (fault?.Effect == FaultEffect.FailOperation)
        {
            await clock.DelayUntilAsync(operation.Started, EarlyFailure < total ? EarlyFailure : total, stopping);
            throw Failure(fault);
        }

        foreach (var step in steps.OrderBy(s => s.At))
        {
            await clock.DelayUntilAsync(operation.Started, step.At, stopping);
            await step.Do(stopping);
        }

        if (fault?.Effect == FaultEffect.DelayOperation)
            total += fault.Delay ?? TimeSpan.Zero;
        await clock.DelayUntilAsync(operation.Started, total, stopping);
        if (fault?.Effect == FaultEffect.HangOperation)
            await HangAsync(operation.Fault!.Released, stopping);
        if (fault?.Effect == FaultEffect.FailOperationAtEnd)
            throw Failure(fault);
    }

    public static async Task HangAsync(CancellationToken released, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(released, stopping);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = either.Token.Register(() => end.TrySetResult());
        await end.Task;
        stopping.ThrowIfCancellationRequested();
    }

    private static ArmException Failure(Fault fault) => ArmErrors.Of(500, fault.Code, fault.Message);
}
