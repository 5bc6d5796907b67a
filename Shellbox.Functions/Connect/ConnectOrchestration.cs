using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Contracts;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Connect;

/// <summary>
/// Connects a box: fans out the look-ups, attaches with one VM PATCH, starts QEMU as soon as the disk is on the instance, and is done when
/// the guest's SSH banner was read. Nothing here waits for Resource Graph, for the tags of the volume, or for the end of the VM operation.
/// What fails is undone. The steps are those of <see cref="ConnectSteps"/>.
/// </summary>
public static class ConnectOrchestration
{
    /// <summary>
    /// On how many instances a connect tries its luck: when three in a row are dead, it may as well be the network or the app's key.
    /// </summary>
    private const int MaxInstanceAttempts = 3;

    /// <summary>
    /// Raised by <see cref="WatchAttachOrchestration"/> when ARM reports that the attach failed. One for each instance: a connect that has
    /// gone on with another hears nothing of the first.
    /// </summary>
    internal static string AttachFailedEvent(string instanceId) => "attach-failed-" + instanceId;

    [Function(nameof(ConnectOrchestration))]
    public static async Task<ConnectResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ConnectInput>() ?? throw new ConnectFailedException("A connect was started without an input.");
        var progress = new OperationProgress(context)
        {
            EndOf = tier =>
                input.MedianSeconds?.TryGetValue(tier.Word(), out var median) is true ? input.RequestedAt.AddSeconds(median) : null,
        };
        var steps = new ConnectSteps(context, progress, input);
        string? instanceId = null;
        var firstStep = 0;
        try
        {
            if (input.Queued)
            {
                await progress.RunAsync(
                    StepName.WaitForRelease,
                    "the box is being released; it is connected again as soon as that is through",
                    steps.AwaitTurnAsync
                );
            }

            string? lost = null;
            for (var attempt = 1; ; attempt++)
            {
                // The fan-out: looks and writes that do not need one another.
                firstStep = progress.Steps.Count;
                var volumeTask = progress.RunAsync(StepName.LookUpVolume, "reading the box's volume", steps.LookUpVolumeAsync);
                var placementTask = progress.RunAsync(
                    StepName.ClaimInstance,
                    "taking a free instance",
                    () => steps.ClaimAsync(lost, volumeTask)
                );
                await Task.WhenAll(volumeTask, placementTask);
                var (volume, placement) = (volumeTask.Result, placementTask.Result!);
                instanceId = placement.InstanceId;
                try
                {
                    return await steps.ConnectAsync(volume, placement);
                }
                catch (TaskFailedException e)
                    when (attempt < MaxInstanceAttempts && IsLost(e.FailureDetails) && context.CurrentUtcDateTime < steps.Deadline)
                {
                    // What is dead cannot be asked to end its guest; without the disk that comes to nothing.
                    lost = Reason(e);
                    await steps.Detachment.DetachAndFreeAsync(placement, volume, lost, $"going on with another instance: {lost}");
                }
            }
        }
        catch (Exception e) when (e is TaskFailedException or ConnectFailedException or TimeoutException)
        {
            var failedStep = progress.Steps.Skip(firstStep).LastOrDefault(s => s.Outcome is StepOutcome.Failed)?.Name ?? progress.Current;
            var failure = Reason(e);
            var details = (e as TaskFailedException)?.FailureDetails;
            if (details?.Is<OperationSupersededException>() is not true)
            {
                progress.Show(StepName.Undo, $"{failedStep} failed ({failure}); undoing", progress.Now);
                try
                {
                    await UndoAsync(
                        context,
                        input,
                        new ReportFailure.Input(
                            steps.Operation,
                            failedStep,
                            failure,
                            instanceId,
                            details?.Is<InstanceFaultException>() is true
                        ),
                        details
                    );
                }
                finally
                {
                    // It would hold this orchestration, and with it the answer. The undoing has raised the box's epoch: that ends it.
                    if (steps.AbandonedStart is { } start)
                        await IgnoreOutcomeAsync(start);
                }
            }

            if (e is ConnectFailedException)
                throw;
            throw new ConnectFailedException($"{failedStep}: {failure}");
        }
    }

    private static async Task UndoAsync(
        TaskOrchestrationContext context,
        ConnectInput input,
        ReportFailure.Input report,
        TaskFailureDetails? details
    )
    {
        var faulty = await context.CallActivityAsync<string?>(nameof(ReportFailure), report, Retries.Quick);

        // The id follows from the connect's, so that a replay and the rows speak of the same operation.
        var undo = report.Operation.OperationId + "-undo";
        await context.CallSubOrchestratorAsync<ReleaseResult>(
            nameof(ReleaseOrchestration),
            ReleaseInput.After(report.Operation, undo, $"Undone: {report.Step} failed.", input.Settings, input.PollInterval) with
            {
                QuarantineReason = details is not null && IsLost(details) ? report.Message : faulty,
            },
            new SubOrchestrationOptions(instanceId: undo)
        );
    }

    /// <summary>Waits for what nobody needs the outcome of.</summary>
    private static async Task IgnoreOutcomeAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (TaskFailedException)
        {
            // As was to be expected.
        }
    }

    /// <summary>Whether the instance is dead: on another one the connect may work.</summary>
    private static bool IsLost(TaskFailureDetails failure) =>
        failure.Is<InstanceUnreachableException>() || failure.Is<InstanceGoneException>();

    /// <summary>The innermost message: what the activity itself said.</summary>
    private static string Reason(Exception e)
    {
        if (e is not TaskFailedException failed)
            return e.Message;
        var details = failed.FailureDetails;
        while (details.InnerFailure is { } inner && details.ErrorType.EndsWith(nameof(TaskFailedException), StringComparison.Ordinal))
            details = inner;
        return details.ErrorMessage.FirstLine();
    }
}
