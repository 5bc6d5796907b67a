using Shellbox.Activities.Operations;
using Shellbox.Activities.Pool;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Pool;

/// <summary>
/// Removes an instance: takes its row, so that nobody can claim it, deletes its VM with what belongs to it, and then the row.
/// </summary>
public static class RemoveInstanceOrchestration
{
    /// <param name="InstanceId">The instance.</param>
    /// <param name="ExpectedOperationId">The creation or removal that it is taken over from; null for one that is free or
    /// quarantined.</param>
    /// <param name="Reason">Why it goes.</param>
    /// <param name="Deadline">How long it may take.</param>
    /// <param name="PollInterval">How often ARM is asked, unless it says how long to wait.</param>
    public sealed record Input(string InstanceId, string? ExpectedOperationId, string Reason, TimeSpan Deadline, TimeSpan PollInterval);

    [Function(nameof(RemoveInstanceOrchestration))]
    public static async Task<PoolOperationResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var deadline = context.CurrentUtcDateTime + input.Deadline;
        var resourceId = await context.CallActivityAsync<string?>(
            nameof(BeginInstanceRemoval),
            new BeginInstanceRemoval.Input(input.InstanceId, context.InstanceId, input.ExpectedOperationId),
            Retries.Quick
        );
        if (resourceId is null)
            return new PoolOperationResult(input.InstanceId, "superseded", null, progress.Since(started), []);

        string? failure = null;
        var giveUp = false;
        try
        {
            var deleting = $"deleting the VM {input.InstanceId} with its network interface and OS disk";
            await progress.RunAsync(
                StepName.DeleteVirtualMachine,
                deleting,
                async () =>
                {
                    var operation = await context.CallActivityAsync<Uri?>(
                        nameof(DeleteVirtualMachine),
                        resourceId,
                        Retries.UntilFree(context.Left(deadline), progress.Retrying(StepName.DeleteVirtualMachine, deleting))
                    );
                    await context.RequireArmAsync(operation, input.PollInterval, deadline);
                }
            );
        }
        catch (TaskFailedException e)
        {
            failure = e.FailureDetails.ErrorMessage.FirstLine();
            giveUp = e.FailureDetails.Is<StepFailedException>();
        }
        catch (Exception e) when (e is PoolStepException or TimeoutException)
        {
            failure = e.Message;
        }

        await context.CallActivityAsync(
            nameof(CompleteInstanceRemoval),
            new CompleteInstanceRemoval.Input(input.InstanceId, context.InstanceId, input.Reason, failure, giveUp, progress.Since(started)),
            Retries.Quick
        );
        return new PoolOperationResult(
            input.InstanceId,
            failure is null ? "removed" : "failed",
            failure,
            progress.Since(started),
            [.. progress.Steps]
        );
    }
}
