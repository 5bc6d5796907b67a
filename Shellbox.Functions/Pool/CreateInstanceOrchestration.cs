using Shellbox.Activities.Operations;
using Shellbox.Activities.Pool;
using Shellbox.Contracts.Pool;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Pool;

/// <summary>
/// Creates the VM of a reserved instance, waits for its first boot, and registers it as free. What fails is undone: the VM goes again, with
/// its network interface and OS disk, and then the row.
/// </summary>
public static class CreateInstanceOrchestration
{
    /// <summary>How often the first boot is looked at; each look is a run-command, of which ARM lets a VM have 4 a minute.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    /// <param name="InstanceId">The instance, whose row is there.</param>
    /// <param name="Deadline">How long it may take.</param>
    /// <param name="PollInterval">How often ARM is asked, unless it says how long to wait.</param>
    public sealed record Input(string InstanceId, TimeSpan Deadline, TimeSpan PollInterval);

    /// <summary>An id for a new instance: the same in a replay.</summary>
    internal static string NewInstanceId(TaskOrchestrationContext context) => $"vm-{context.NewGuid():n}"[..13];

    /// <summary>Starts it beside the caller, which does not wait for it.</summary>
    internal static void Start(TaskOrchestrationContext context, Input input) =>
        context.StartDetached(nameof(CreateInstanceOrchestration), input, PoolGrowth.OperationIdOf(input.InstanceId));

    [Function(nameof(CreateInstanceOrchestration))]
    public static async Task<PoolOperationResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<Input>()!;
        var id = input.InstanceId;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var deadline = context.CurrentUtcDateTime + input.Deadline;
        try
        {
            var creating = $"one PUT of {id}: the VM, its network interface and its OS disk";
            await progress.RunAsync(
                StepName.CreateVirtualMachine,
                creating,
                async () =>
                {
                    var operation = await context.CallActivityAsync<Uri?>(
                        nameof(CreateVirtualMachine),
                        id,
                        Retries.UntilFree(context.Left(deadline), progress.Retrying(StepName.CreateVirtualMachine, creating))
                    );
                    await context.RequireArmAsync(operation, input.PollInterval, deadline);
                }
            );
            await progress.RunAsync(
                StepName.FirstBoot,
                $"waiting for the first boot of {id} to be over",
                async () =>
                {
                    while (
                        !await context.CallActivityAsync<bool>(
                            nameof(RegisterInstance),
                            new RegisterInstance.Input(id, progress.Since(started)),
                            Retries.UntilFree(context.Left(deadline))
                        )
                    )
                    {
                        await context.PauseAsync(BetweenLooks, deadline);
                    }
                }
            );
            return new PoolOperationResult(id, "created", null, progress.Since(started), [.. progress.Steps]);
        }
        catch (Exception e) when (e is TaskFailedException or PoolStepException or TimeoutException)
        {
            var details = (e as TaskFailedException)?.FailureDetails;
            if (details?.Is<OperationSupersededException>() is true)
            {
                return new PoolOperationResult(id, "superseded", details.ErrorMessage, progress.Since(started), [.. progress.Steps]);
            }

            var failure = $"{progress.Current}: {e.Reason()}";
            progress.Show(StepName.Undo, $"{failure}; removing {id}", progress.Now);
            var operationId = PoolGrowth.OperationIdOf(id);
            await context.CallActivityAsync(
                nameof(ReportCreationFailure),
                new ReportCreationFailure.Input(ReportCreationFailure.InstanceKind, id, operationId, failure),
                Retries.Quick
            );
            await context.CallSubOrchestratorAsync<PoolOperationResult>(
                nameof(RemoveInstanceOrchestration),
                new RemoveInstanceOrchestration.Input(id, operationId, "Its creation failed.", input.Deadline, input.PollInterval),
                new SubOrchestrationOptions(instanceId: operationId + "-undo")
            );
            return new PoolOperationResult(id, "failed", failure, progress.Since(started), [.. progress.Steps]);
        }
    }
}
