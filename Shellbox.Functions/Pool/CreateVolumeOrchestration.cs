using Shellbox.Activities.Pool;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Pool;

/// <summary>Creates a blank volume: a copy of the golden snapshot. What fails is undone.</summary>
public static class CreateVolumeOrchestration
{
    public sealed record Input(string VolumeId, TimeSpan Deadline, TimeSpan PollInterval);

    [Function(nameof(CreateVolumeOrchestration))]
    public static async Task<PoolOperationResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var id = input.VolumeId;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var deadline = context.CurrentUtcDateTime + input.Deadline;
        try
        {
            await progress.RunAsync(
                StepName.CreateDisk,
                $"copying the golden snapshot to {id}",
                async () =>
                {
                    var operation = await context.CallActivityAsync<Uri?>(
                        nameof(CreateVolumeDisk),
                        id,
                        Retries.UntilFree(context.Left(deadline))
                    );
                    await context.RequireArmAsync(operation, input.PollInterval, deadline);
                }
            );
            await context.CallActivityAsync(
                nameof(RegisterVolume),
                new RegisterVolume.Input(id, context.InstanceId, progress.Since(started)),
                Retries.Quick
            );
            return new PoolOperationResult(id, "created", null, progress.Since(started), [.. progress.Steps]);
        }
        catch (Exception e) when (e is TaskFailedException or PoolStepException or TimeoutException)
        {
            var failure = e.Reason();
            await context.CallActivityAsync(
                nameof(ReportCreationFailure),
                new ReportCreationFailure.Input(ReportCreationFailure.VolumeKind, id, context.InstanceId, $"{id}: {failure}"),
                Retries.Quick
            );
            progress.Show(StepName.Undo, $"{failure}; deleting {id}", progress.Now);
            try
            {
                // No row names the disk yet, so there is none to take first.
                var until = context.CurrentUtcDateTime + input.Deadline;
                var operation = await context.CallActivityAsync<Uri?>(nameof(DeleteVolumeDisk), id, Retries.UntilFree(input.Deadline));
                await context.RequireArmAsync(operation, input.PollInterval, until);
            }
            catch (Exception undo) when (undo is TaskFailedException or PoolStepException or TimeoutException)
            {
                // The reconciler reports a tagged disk that no row knows.
                failure += $" (and the disk could not be deleted: {undo.Reason()})";
            }

            return new PoolOperationResult(id, "failed", failure, progress.Since(started), [.. progress.Steps]);
        }
    }
}
