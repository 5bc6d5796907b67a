using Shellbox.Activities.Pool;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Pool;

/// <summary>Removes a blank volume: takes its row, so that no box gets it, deletes its disk, and then the row.</summary>
public static class RemoveVolumeOrchestration
{
    public sealed record Input(string VolumeId, TimeSpan Deadline, TimeSpan PollInterval);

    [Function(nameof(RemoveVolumeOrchestration))]
    public static async Task<PoolOperationResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var id = input.VolumeId;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var deadline = context.CurrentUtcDateTime + input.Deadline;
        if (!await context.CallActivityAsync<bool>(nameof(BeginVolumeRemoval), id, Retries.Quick))
        {
            return new PoolOperationResult(id, "superseded", null, progress.Since(started), []);
        }

        string? failure = null;
        try
        {
            await progress.RunAsync(
                StepName.DeleteDisk,
                $"deleting the disk {id}",
                async () =>
                {
                    var operation = await context.CallActivityAsync<Uri?>(
                        nameof(DeleteVolumeDisk),
                        id,
                        Retries.UntilFree(context.Left(deadline))
                    );
                    await context.RequireArmAsync(operation, input.PollInterval, deadline);
                }
            );
        }
        catch (Exception e) when (e is TaskFailedException or PoolStepException or TimeoutException)
        {
            failure = e.Reason();
        }

        await context.CallActivityAsync(
            nameof(CompleteVolumeRemoval),
            new CompleteVolumeRemoval.Input(id, context.InstanceId, failure, progress.Since(started)),
            Retries.Quick
        );
        return new PoolOperationResult(id, failure is null ? "removed" : "failed", failure, progress.Since(started), [.. progress.Steps]);
    }
}
