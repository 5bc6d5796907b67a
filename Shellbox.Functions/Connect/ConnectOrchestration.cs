using Shellbox.Activities.Connect;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Contracts;
using Shellbox.Contracts.Agent;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Pool;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Connect;

/// <summary>
/// Connects a box: fans out the look-ups, attaches with one VM PATCH, starts QEMU as soon as the disk is on the instance, and is done when
/// the guest's SSH banner was read. Nothing here waits for Resource Graph, for the tags of the volume, or for the end of the VM operation.
/// What fails is undone.
/// </summary>
public static class ConnectOrchestration
{
    /// <summary>
    /// On how many instances a connect tries its luck: when three in a row are dead, it may as well be the network or the app's key.
    /// </summary>
    private const int MostInstances = 3;

    private const string AttachStep = StepName.UpdateAndAttach;

    /// <summary>How often a guest that runs and does not answer is looked after before the connect gives up.</summary>
    private const int MostWakes = 3;

    /// <summary>
    /// How long a connect without an instance waits before it asks the pool for one again: for a request, the pool's rows are read.
    /// </summary>
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromSeconds(30);

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
            EndOf = tier => input.Usual?.TryGetValue(tier.Word(), out var usual) is true ? input.RequestedAt.AddSeconds(usual) : null,
        };
        var deadline = context.CurrentUtcDateTime + input.Settings.Deadline;
        var operation = input.Operation;
        string? instanceId = null;
        Task? abandonedStart = null;
        var firstStep = 0;
        try
        {
            if (input.Queued)
            {
                var epoch = await progress.RunAsync(
                    StepName.WaitForRelease,
                    "the box is being released; it is connected again as soon as that is through",
                    () => AwaitTurnAsync(context, operation, deadline)
                );
                operation = operation with { Epoch = epoch };
            }

            string? lost = null;
            for (var tries = 1; ; tries++)
            {
                // The fan-out: three looks and writes that do not need one another.
                firstStep = progress.Steps.Count;
                var volumeTask = progress.RunAsync(
                    StepName.LookUpVolume,
                    "reading the box's volume",
                    () => context.CallActivityAsync<BoxVolume>(nameof(LookUpVolume), operation, Retries.Quick)
                );
                var placementTask = progress.RunAsync(
                    StepName.ClaimInstance,
                    "taking a free instance",
                    () => ClaimAsync(context, progress, operation, input, lost, deadline, volumeTask)
                );
                await Task.WhenAll(volumeTask, placementTask);
                var (volume, placement) = (volumeTask.Result, placementTask.Result!);
                instanceId = placement.InstanceId;
                try
                {
                    return await ConnectOnAsync(
                        context,
                        progress,
                        input,
                        operation,
                        volume,
                        placement,
                        deadline,
                        start => abandonedStart = start
                    );
                }
                catch (TaskFailedException e)
                    when (tries < MostInstances && IsLost(e.FailureDetails) && context.CurrentUtcDateTime < deadline)
                {
                    // What is dead cannot be asked to end its guest; without the disk that comes to nothing.
                    lost = Reason(e);
                    await context.LeaveAsync(
                        progress,
                        operation,
                        placement,
                        volume,
                        lost,
                        deadline,
                        input.PollInterval,
                        $"going on with another instance: {lost}"
                    );
                }
            }
        }
        catch (Exception e) when (e is TaskFailedException or ConnectFailedException or TimeoutException)
        {
            var failedStep = progress.Steps.Skip(firstStep).LastOrDefault(s => s.Outcome is StepOutcome.Failed)?.Name ?? progress.Current;
            var failure = Reason(e);
            var superseded = (e as TaskFailedException)?.FailureDetails.Is<OperationSupersededException>() is true;
            if (!superseded)
            {
                progress.Show(StepName.Undo, $"{failedStep} failed ({failure}); undoing", progress.Now);
                try
                {
                    await UndoAsync(context, input, operation, failedStep, failure, instanceId, (e as TaskFailedException)?.FailureDetails);
                }
                finally
                {
                    // It would hold this orchestration, and with it the answer. The undoing has raised the box's epoch: that ends it.
                    if (abandonedStart is not null)
                        await OverAsync(abandonedStart);
                }
            }

            if (e is ConnectFailedException)
                throw;
            throw new ConnectFailedException($"{failedStep}: {failure}");
        }
    }

    /// <summary>Connects the box on that instance.</summary>
    private static async Task<ConnectResult> ConnectOnAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        ConnectInput input,
        BoxOperation operation,
        BoxVolume volume,
        Placement placement,
        DateTime deadline,
        Action<Task> abandonStart
    )
    {
        var cold = volume.AttachedTo != placement.InstanceId;
        var attachFailed = context.WaitForExternalEvent<string>(AttachFailedEvent(placement.InstanceId));
        var tierOfCold = progress.Tier is Tier.EmptyPool ? Tier.EmptyPool : Tier.Cold;
        progress.Tier = cold ? tierOfCold : null;

        // The record of the attachment is written before it is true. An operation that was cut short, or a detach that came through late,
        // may have left it wrong.
        if (cold || !input.InMemory)
        {
            var tagsTask = progress.RunAsync(StepName.RecordTags, "queueing the volume's tags", () => RecordTagsAsync(context, volume));
            var attachTask = progress.RunAsync(
                AttachStep,
                Attaching(placement),
                () => AttachAsync(context, progress, input, operation, volume, placement, deadline)
            );
            await Task.WhenAll(tagsTask, attachTask);
            if (attachTask.Result is { } armOperation)
            {
                (cold, progress.Tier) = (true, tierOfCold);

                context.StartDetached(
                    nameof(WatchAttachOrchestration),
                    new WatchAttachInput(
                        operation,
                        placement.InstanceId,
                        context.InstanceId,
                        armOperation,
                        input.PollInterval,
                        input.Settings
                    )
                );
            }
        }

        AgentAnswer started;
        Tier tier;
        string host;
        for (var round = 1; ; round++)
        {
            started = await progress.RunAsync(
                StepName.StartQemu,
                cold
                    ? $"waiting on {placement.InstanceId} for the disk at LUN {placement.Lun}, then booting the guest"
                    : $"waking the guest on {placement.InstanceId}",
                () => StartAsync(context, operation, placement, input, checkBanner: round > 1, attachFailed, abandonStart)
            );
            foreach (var step in started.Steps)
                progress.Add(step.Name, step.StartedAt, step.Seconds);
            tier = cold ? tierOfCold : started.Tier ?? (started.Started ? Tier.Warm : Tier.Hot);
            progress.Tier = tier;

            host = started.Address ?? placement.Address;
            var patience = started.Started ? input.Settings.BootTimeout : input.Settings.WakeTimeout;
            try
            {
                await progress.RunAsync(
                    StepName.ReadBanner,
                    $"reading the SSH banner at {host}:{started.Port}",
                    () =>
                        context.CallActivityAsync<string>(
                            nameof(ReadBanner),
                            new ReadBanner.Input(host, started.Port, patience),
                            Retries.Once
                        )
                );
                break;
            }
            catch (TaskFailedException) when (!started.Started && round < MostWakes)
            {
                // A guest that was found running and has fallen silent since was on its way down: the instance sees that now, and boots it.
            }
        }

        var seconds = progress.Since(input.RequestedAt);
        var after = await context.CallActivityAsync<CompleteConnect.Outcome>(
            nameof(CompleteConnect),
            new CompleteConnect.Input(
                operation,
                placement.InstanceId,
                volume.VolumeId,
                tier,
                host,
                started.Port,
                started.HostKey!,
                seconds
            ),
            Retries.Quick
        );
        if (after is CompleteConnect.Outcome.Release)
            throw new ConnectFailedException("The box was disconnected before the connect was through.");
        if (after is CompleteConnect.Outcome.Hold)
        {
            // Nobody has come yet: the guest waits in memory.
            ReleaseOrchestration.StartHold(context, operation, "Prewarmed, and nobody came.", input.Settings, input.PollInterval);
        }

        return new ConnectResult(
            operation.UserId,
            operation.BoxName,
            operation.OperationId,
            tier,
            placement.InstanceId,
            Endpoint.Of(host, started.Port, started.HostKey!),
            input.RequestedAt,
            seconds,
            [.. progress.Steps.OrderBy(s => s.StartedAt)]
        );
    }

    /// <summary>Queues the volume's tags. No connect fails for them: the reconciler makes up for a lost message.</summary>
    private static async Task RecordTagsAsync(TaskOrchestrationContext context, BoxVolume volume)
    {
        try
        {
            await context.CallActivityAsync(nameof(RecordTagUpdate), volume.VolumeId, Retries.Quick);
        }
        catch (TaskFailedException)
        {
            // As above.
        }
    }

    private static string Attaching(Placement placement) => $"one PATCH of {placement.InstanceId}: tags and data disk";

    /// <summary>
    /// Begins the attach. While another operation runs on either, ARM answers 409; a disk that another VM has is seen to first.
    /// </summary>
    private static async Task<Uri?> AttachAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        ConnectInput input,
        BoxOperation operation,
        BoxVolume volume,
        Placement placement,
        DateTime deadline
    )
    {
        Uri? armOperation = null;
        var begun = false;
        while (!begun)
        {
            try
            {
                armOperation = await context.CallActivityAsync<Uri?>(
                    nameof(UpdateAndAttach),
                    new UpdateAndAttach.Input(operation, placement, volume),
                    Retries.UntilFree(context.Left(deadline), progress.Retrying(AttachStep, Attaching(placement)))
                );
                begun = true;
            }
            catch (TaskFailedException e) when (e.FailureDetails.Is<VolumeHeldException>() && context.CurrentUtcDateTime < deadline)
            {
                await context.TakeOffElsewhereAsync(
                    progress,
                    AttachStep,
                    operation,
                    placement,
                    volume,
                    input.Settings.ShutdownTimeout,
                    deadline,
                    input.PollInterval
                );
                progress.Show(AttachStep, Attaching(placement), progress.Now);
            }
        }

        return armOperation;
    }

    /// <summary>Takes an instance; waits for one while none is free.</summary>
    /// <returns>Null when it is in vain to wait on, as the volume could not be looked up.</returns>
    private static async Task<Placement?> ClaimAsync(
        TaskOrchestrationContext context,
        OperationProgress progress,
        BoxOperation operation,
        ConnectInput input,
        string? lost,
        DateTime deadline,
        Task<BoxVolume> volume
    )
    {
        var since = progress.Now;
        var firstPause = input.Settings.FreeInstanceRetry;
        var pause = firstPause;
        var askAt = context.CurrentUtcDateTime;
        var outlook = "";
        var none = lost is null ? "no instance is free" : $"no other instance is free ({lost})";
        var placement = await TryAsync();
        while (placement is null && !volume.IsFaulted)
        {
            if (context.CurrentUtcDateTime + pause > deadline)
            {
                throw new ConnectFailedException(
                    $"No instance became free before the deadline; the pool is exhausted. {lost} {outlook}".TrimEnd()
                );
            }

            if (context.CurrentUtcDateTime >= askAt)
            {
                askAt = context.CurrentUtcDateTime + BetweenRequests;
                outlook = await RequestInstanceAsync(context, progress, input);
            }

            progress.Show(StepName.ClaimInstance, $"{none}; {outlook}", since);
            await context.CreateTimer(pause, CancellationToken.None);
            pause = pause < 10 * firstPause ? 1.5 * pause : pause;
            placement = await TryAsync();
        }

        return placement;

        Task<Placement?> TryAsync() => context.CallActivityAsync<Placement?>(nameof(ClaimInstance), operation, Retries.Quick);
    }

    /// <summary>Has an instance created, if one may be. Whoever asks first claims it, which need not be this connect.</summary>
    /// <returns>What is to be expected, for people.</returns>
    private static async Task<string> RequestInstanceAsync(TaskOrchestrationContext context, OperationProgress progress, ConnectInput input)
    {
        var instanceId = CreateInstanceOrchestration.NewInstanceId(context);
        var answer = await context.CallActivityAsync<RequestInstance.Output>(nameof(RequestInstance), instanceId, Retries.Quick);
        if (!answer.Reserved)
            return $"trying again until one is. {answer.Obstacle}".TrimEnd();
        progress.Tier = Tier.EmptyPool;
        CreateInstanceOrchestration.Start(context, new(instanceId, answer.Deadline, input.PollInterval));
        return $"{instanceId} is being created, which takes minutes";
    }

    private static async Task<long> AwaitTurnAsync(TaskOrchestrationContext context, BoxOperation operation, DateTime deadline)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var epoch = await TryAsync();
        while (epoch is null)
        {
            if (context.CurrentUtcDateTime + pause > deadline)
            {
                throw new ConnectFailedException("The box was still being released at the deadline; connect again.");
            }

            await context.CreateTimer(pause, CancellationToken.None);
            pause = TimeSpan.FromSeconds(Math.Min(1, pause.TotalSeconds * 1.5));
            epoch = await TryAsync();
        }

        return epoch.Value;

        Task<long?> TryAsync() => context.CallActivityAsync<long?>(nameof(TakeTurn), operation, Retries.Quick);
    }

    /// <summary>Starts the guest, unless ARM reports first that the disk will not come.</summary>
    private static async Task<AgentAnswer> StartAsync(
        TaskOrchestrationContext context,
        BoxOperation operation,
        Placement placement,
        ConnectInput input,
        bool checkBanner,
        Task<string> attachFailed,
        Action<Task> abandon
    )
    {
        var start = context.CallActivityAsync<AgentAnswer>(
            nameof(StartQemu),
            new StartQemu.Input(operation, placement, input.Settings.DiskTimeout, input.Settings.BootTimeout, checkBanner),
            Retries.Quick
        );
        if (await Task.WhenAny(start, attachFailed) != attachFailed)
            return await start;
        abandon(start);
        throw new ConnectFailedException(await attachFailed);
    }

    /// <summary>Waits for what nobody needs the outcome of.</summary>
    private static async Task OverAsync(Task task)
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

    private static async Task UndoAsync(
        TaskOrchestrationContext context,
        ConnectInput input,
        BoxOperation operation,
        string step,
        string failure,
        string? instanceId,
        TaskFailureDetails? details
    )
    {
        var faulty = await context.CallActivityAsync<string?>(
            nameof(ReportFailure),
            new ReportFailure.Input(operation, step, failure, instanceId, details?.Is<InstanceFaultException>() is true),
            Retries.Quick
        );

        // The id follows from the connect's, so that a replay and the rows speak of the same operation.
        var undo = operation.OperationId + "-undo";
        var quarantine = details is not null && IsLost(details) ? failure : faulty;
        await context.CallSubOrchestratorAsync<ReleaseResult>(
            nameof(ReleaseOrchestration),
            new ReleaseInput(
                operation.UserId,
                operation.BoxName,
                operation.OperationId,
                operation.Epoch,
                undo,
                $"Undone: {step} failed.",
                quarantine,
                TimeSpan.Zero,
                Save: false,
                input.Settings,
                input.PollInterval
            ),
            new SubOrchestrationOptions(instanceId: undo)
        );
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
