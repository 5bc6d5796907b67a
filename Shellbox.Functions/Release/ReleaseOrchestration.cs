using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Release;
using Shellbox.Activities.State;
using Shellbox.Contracts;
using Shellbox.Contracts.Agent;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Release;

/// <summary>
/// Releases a box: holds the guest in memory for a while, saves it, takes the volume off, frees the instance. A connect during the hold
/// wakes the guest; the release then finds itself superseded and changes nothing. What cannot be undone leaves the placement recorded, so
/// that the next connect finds the volume where it is and the reconciler tries again.
/// </summary>
public static class ReleaseOrchestration
{
    /// <summary>Starts the hold of a box that nobody has come to, beside the caller: it is longer than that.</summary>
    internal static void StartHold(
        TaskOrchestrationContext context,
        BoxOperation operation,
        string reason,
        ConnectOptions settings,
        TimeSpan pollInterval
    )
    {
        var hold = operation.OperationId + "-hold";
        context.StartDetached(
            nameof(ReleaseOrchestration),
            ReleaseInput.After(operation, hold, reason, settings, pollInterval) with
            {
                Hold = settings.Hold,
                Save = true,
            },
            hold
        );
    }

    [Function(nameof(ReleaseOrchestration))]
    public static async Task<ReleaseResult> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = context.GetInput<ReleaseInput>()!;
        var progress = new OperationProgress(context);
        var started = progress.Now;
        var key = new BoxKey(input.UserId, input.BoxName);
        var (expectedOperation, expectedEpoch) = (input.ExpectedOperationId, input.ExpectedEpoch);
        if (input.Hold > TimeSpan.Zero)
        {
            var held = await HoldAsync(context, progress, input, key);
            if (held is null)
                return new ReleaseResult(ReleaseResult.Superseded, progress.Since(started), [.. progress.Steps]);
            (expectedOperation, expectedEpoch) = (input.OperationId, held.Value);
            started = progress.Now;
        }

        var deadline = context.CurrentUtcDateTime + input.Settings.ReleaseDeadline;
        var begun = await context.CallActivityAsync<BeginRelease.Output?>(
            nameof(BeginRelease),
            new BeginRelease.Input(key, expectedOperation, expectedEpoch, input.OperationId),
            Retries.Quick
        );
        if (begun is null)
            return new ReleaseResult(ReleaseResult.Superseded, progress.Since(started), []);

        var operation = new BoxOperation(key, input.OperationId, begun.Epoch);
        var quarantine = input.QuarantineReason;
        string? failure = null;
        try
        {
            if (begun is { Placement: { } placement, Volume: { } volume })
            {
                quarantine = await StopAsync(context, progress, input, operation, placement) ?? quarantine;
                await new VolumeDetachment(context, progress, operation, deadline, input.PollInterval).DetachAsync(placement, volume);
            }
        }
        catch (TaskFailedException e) when (!e.FailureDetails.Is<OperationSupersededException>())
        {
            failure = e.FailureDetails.ErrorMessage.FirstLine();
        }
        catch (TimeoutException e)
        {
            failure = e.Message;
        }

        var state = await progress.RunAsync(
            StepName.FreeInstance,
            "freeing the instance",
            () =>
                context.CallActivityAsync<BoxState>(
                    nameof(CompleteRelease),
                    new CompleteRelease.Input(
                        operation,
                        begun.Placement?.InstanceId,
                        begun.Volume?.VolumeId,
                        failure,
                        quarantine,
                        input.Reason,
                        progress.Since(started)
                    ),
                    Retries.Quick
                )
        );
        return new ReleaseResult(state.Word(), progress.Since(started), [.. progress.Steps]);
    }

    /// <summary>Pauses the guest and lets the hold pass.</summary>
    /// <returns>The hold's epoch; null when the box is another operation's by now.</returns>
    private static async Task<Epoch?> HoldAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        ReleaseInput input,
        BoxKey key
    )
    {
        var held = await context.CallActivityAsync<BeginHold.Output?>(
            nameof(BeginHold),
            new BeginHold.Input(key, input.ExpectedOperationId, input.ExpectedEpoch, input.OperationId),
            Retries.Quick
        );
        if (held is null)
            return null;
        if (held.Placement is not { } placement)
            return held.Epoch;
        try
        {
            var operation = new BoxOperation(key, input.OperationId, held.Epoch);
            await progress.RunAsync(
                StepName.PauseGuest,
                "pausing the guest",
                () => context.CallActivityAsync<AgentAnswer>(nameof(PauseQemu), new PauseQemu.Input(operation, placement), Retries.Quick)
            );
        }
        catch (TaskFailedException e) when (e.FailureDetails.Is<OperationSupersededException>())
        {
            return null;
        }
        catch (TaskFailedException)
        {
            // There is no guest worth holding, or no instance that answers: the release sees to either.
            return held.Epoch;
        }

        await progress.RunAsync(
            StepName.Hold,
            "the guest is paused in memory; a connect wakes it, and it is saved when the hold ends",
            () => context.CreateTimer(input.Hold, CancellationToken.None)
        );
        return held.Epoch;
    }

    /// <summary>
    /// Ends the guest. A state that cannot be saved (the volume may be full) is no reason to keep the instance: the guest is shut down, as
    /// every machine can be. An instance that does not answer is no reason to keep the volume from its user: it is returned as the reason
    /// for a quarantine.
    /// </summary>
    private static async Task<string?> StopAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        ReleaseInput input,
        BoxOperation operation,
        Placement placement
    )
    {
        try
        {
            if (!input.Save || !await TrySaveAsync())
                await EndAsync(StepName.StopGuest, "shutting the guest down", save: false);
            return null;
        }
        catch (TaskFailedException e) when (e.FailureDetails.Is<InstanceUnreachableException>())
        {
            return e.FailureDetails.ErrorMessage;
        }

        async Task<bool> TrySaveAsync()
        {
            try
            {
                await EndAsync(StepName.SaveGuest, "saving the guest's state on its volume", save: true);
                return true;
            }
            catch (TaskFailedException e) when (e.FailureDetails.Is<StepFailedException>())
            {
                return false;
            }
        }

        async Task EndAsync(string name, string detail, bool save)
        {
            var ended = await progress.RunAsync(
                name,
                detail,
                () =>
                    context.CallActivityAsync<AgentAnswer>(
                        nameof(StopQemu),
                        new StopQemu.Input(operation, placement, save, input.Settings.ShutdownTimeout),
                        Retries.Quick
                    )
            );
            progress.Add(ended.Steps);
        }
    }
}
