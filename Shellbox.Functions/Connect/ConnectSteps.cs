using Shellbox.Activities.Connect;
using Shellbox.Activities.Operations;
using Shellbox.Activities.Pool;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;
using Shellbox.Functions.Operations;
using Shellbox.Functions.Pool;
using Shellbox.Functions.Release;

namespace Shellbox.Functions.Connect;

/// <summary>The steps of one connect, as the orchestrator takes them.</summary>
internal sealed class ConnectSteps(TaskOrchestrationContext context, OperationProgress progress, ConnectInput input)
{
    private const string AttachStep = StepName.UpdateAndAttach;

    /// <summary>How often a guest that runs and does not answer is looked after before the connect gives up.</summary>
    private const int MaxWakeAttempts = 3;

    /// <summary>
    /// How long a connect without an instance waits before it asks the pool for one again: for a request, the pool's rows are read.
    /// </summary>
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromSeconds(30);

    /// <summary>The connect; its epoch is known once it is its turn.</summary>
    public BoxOperation Operation { get; private set; } = input.Operation;

    public DateTime Deadline { get; } = context.CurrentUtcDateTime + input.Settings.Deadline;

    /// <summary>A start that is not waited for any more, as the disk will not come.</summary>
    public Task? AbandonedStart { get; private set; }

    public VolumeDetachment Detachment => new(context, progress, Operation, Deadline, input.PollInterval);

    /// <summary>Waits until the release under way has ended.</summary>
    public async Task AwaitTurnAsync()
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var epoch = await TryAsync();
        while (epoch is null)
        {
            if (context.CurrentUtcDateTime + pause > Deadline)
                throw new ConnectFailedException("The box was still being released at the deadline; connect again.");
            await context.CreateTimer(pause, CancellationToken.None);
            pause = TimeSpan.FromSeconds(Math.Min(1, pause.TotalSeconds * 1.5));
            epoch = await TryAsync();
        }

        Operation = Operation with { Epoch = epoch.Value };

        Task<Epoch?> TryAsync() => context.CallActivityAsync<Epoch?>(nameof(TakeTurn), Operation, Retries.Quick);
    }

    public Task<BoxVolume> LookUpVolumeAsync() => context.CallActivityAsync<BoxVolume>(nameof(LookUpVolume), Operation, Retries.Quick);

    /// <summary>Takes an instance; waits for one while none is free.</summary>
    /// <param name="lost">Why the instance before this one was given up; null: there was none.</param>
    /// <param name="volume">The look-up beside it.</param>
    /// <returns>Null when it is in vain to wait on, as the volume could not be looked up.</returns>
    public async Task<Placement?> ClaimAsync(string? lost, Task<BoxVolume> volume)
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
            if (context.CurrentUtcDateTime + pause > Deadline)
            {
                throw new ConnectFailedException(
                    $"No instance became free before the deadline; the pool is exhausted. {lost} {outlook}".TrimEnd()
                );
            }

            if (context.CurrentUtcDateTime >= askAt)
            {
                askAt = context.CurrentUtcDateTime + BetweenRequests;
                outlook = await RequestInstanceAsync();
            }

            progress.Show(StepName.ClaimInstance, $"{none}; {outlook}", since);
            await context.CreateTimer(pause, CancellationToken.None);
            pause = pause < 10 * firstPause ? 1.5 * pause : pause;
            placement = await TryAsync();
        }

        return placement;

        Task<Placement?> TryAsync() => context.CallActivityAsync<Placement?>(nameof(ClaimInstance), Operation, Retries.Quick);
    }

    /// <summary>Connects the box on that instance.</summary>
    public async Task<ConnectResult> ConnectAsync(BoxVolume volume, Placement placement)
    {
        var cold = volume.AttachedTo != placement.InstanceId;
        var attachFailed = context.WaitForExternalEvent<string>(ConnectOrchestration.AttachFailedEvent(placement.InstanceId));
        var tierOfCold = progress.Tier is Tier.EmptyPool ? Tier.EmptyPool : Tier.Cold;
        progress.Tier = cold ? tierOfCold : null;

        // The record of the attachment is written before it is true. An operation that was cut short, or a detach that came through late,
        // may have left it wrong.
        if ((cold || !input.InMemory) && await AttachAsync(volume, placement) is { } armOperation)
        {
            (cold, progress.Tier) = (true, tierOfCold);
            context.StartDetached(
                nameof(WatchAttachOrchestration),
                new WatchAttachInput(Operation, placement.InstanceId, context.InstanceId, armOperation, input.PollInterval, input.Settings)
            );
        }

        var (started, host) = await StartUntilItAnswersAsync(placement, cold ? tierOfCold : null, attachFailed);
        return await CompleteAsync(volume, placement, new GuestAddress(host, started.Port, started.HostKey!));
    }

    /// <summary>The tags and the attach, side by side.</summary>
    /// <returns>The URL of ARM's operation; null when the disk was attached already.</returns>
    private async Task<Uri?> AttachAsync(BoxVolume volume, Placement placement)
    {
        var tags = progress.RunAsync(StepName.RecordTags, "queueing the volume's tags", () => RecordTagsAsync(volume));
        var attach = progress.RunAsync(AttachStep, Attaching(placement), () => BeginAttachAsync(volume, placement));
        await Task.WhenAll(tags, attach);
        return attach.Result;
    }

    /// <summary>Queues the volume's tags. No connect fails for them: the reconciler makes up for a lost message.</summary>
    private async Task RecordTagsAsync(BoxVolume volume)
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
    private async Task<Uri?> BeginAttachAsync(BoxVolume volume, Placement placement)
    {
        Uri? armOperation = null;
        var begun = false;
        while (!begun)
        {
            try
            {
                armOperation = await context.CallActivityAsync<Uri?>(
                    nameof(UpdateAndAttach),
                    new UpdateAndAttach.Input(Operation, placement, volume),
                    Retries.UntilFree(context.Left(Deadline), progress.Retrying(AttachStep, Attaching(placement)))
                );
                begun = true;
            }
            catch (TaskFailedException e) when (e.FailureDetails.Is<VolumeHeldException>() && context.CurrentUtcDateTime < Deadline)
            {
                await Detachment.DetachFromPreviousHolderAsync(AttachStep, placement, volume, input.Settings.ShutdownTimeout);
                progress.Show(AttachStep, Attaching(placement), progress.Now);
            }
        }

        return armOperation;
    }

    /// <summary>Starts the guest, or wakes it, until its banner was read.</summary>
    /// <param name="placement">Where.</param>
    /// <param name="coldTier">The tier when the disk is only coming; null when it is there.</param>
    /// <param name="attachFailed">Says that it will not come.</param>
    private async Task<(AgentAnswer Started, string Host)> StartUntilItAnswersAsync(
        Placement placement,
        Tier? coldTier,
        Task<string> attachFailed
    )
    {
        var detail = coldTier is null
            ? $"waking the guest on {placement.InstanceId}"
            : $"waiting on {placement.InstanceId} for the disk at LUN {placement.Lun}, then booting the guest";
        for (var attempt = 1; ; attempt++)
        {
            var started = await progress.RunAsync(
                StepName.StartQemu,
                detail,
                () => StartAsync(placement, checkBanner: attempt > 1, attachFailed)
            );
            progress.Add(started.Steps);
            progress.Tier = coldTier ?? started.Tier ?? (started.Started ? Tier.Warm : Tier.Hot);

            var host = started.Address ?? placement.Address;
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
                return (started, host);
            }
            catch (TaskFailedException) when (!started.Started && attempt < MaxWakeAttempts)
            {
                // A guest that was found running and has fallen silent since was on its way down: the instance sees that now, and boots it.
            }
        }
    }

    /// <summary>Starts the guest, unless ARM reports first that the disk will not come.</summary>
    private async Task<AgentAnswer> StartAsync(Placement placement, bool checkBanner, Task<string> attachFailed)
    {
        var start = context.CallActivityAsync<AgentAnswer>(
            nameof(StartQemu),
            new StartQemu.Input(Operation, placement, input.Settings.DiskTimeout, input.Settings.BootTimeout, checkBanner),
            Retries.Quick
        );
        if (await Task.WhenAny(start, attachFailed) != attachFailed)
            return await start;
        AbandonedStart = start;
        throw new ConnectFailedException(await attachFailed);
    }

    private async Task<ConnectResult> CompleteAsync(BoxVolume volume, Placement placement, GuestAddress address)
    {
        var tier = progress.Tier!.Value;
        var seconds = progress.Since(input.RequestedAt);
        var after = await context.CallActivityAsync<CompleteConnect.Outcome>(
            nameof(CompleteConnect),
            new CompleteConnect.Input(
                Operation,
                placement.InstanceId,
                volume.VolumeId,
                tier,
                address.Host,
                address.Port,
                address.HostKey,
                seconds
            ),
            Retries.Quick
        );
        if (after is CompleteConnect.Outcome.Release)
            throw new ConnectFailedException("The box was disconnected before the connect was through.");
        if (after is CompleteConnect.Outcome.Hold)
        {
            // Nobody has come yet: the guest waits in memory.
            ReleaseOrchestration.StartHold(context, Operation, "Prewarmed, and nobody came.", input.Settings, input.PollInterval);
        }

        return new ConnectResult(
            Operation.UserId,
            Operation.BoxName,
            Operation.OperationId,
            tier,
            placement.InstanceId,
            Endpoint.Of(address.Host, address.Port, address.HostKey),
            input.RequestedAt,
            seconds,
            [.. progress.Steps.OrderBy(s => s.StartedAt)]
        );
    }

    /// <summary>Has an instance created, if one may be. Whoever asks first claims it, which need not be this connect.</summary>
    /// <returns>What is to be expected, for people.</returns>
    private async Task<string> RequestInstanceAsync()
    {
        var instanceId = CreateInstanceOrchestration.NewInstanceId(context);
        var answer = await context.CallActivityAsync<RequestInstance.Output>(nameof(RequestInstance), instanceId, Retries.Quick);
        if (!answer.Reserved)
            return $"trying again until one is. {answer.Obstacle}".TrimEnd();
        progress.Tier = Tier.EmptyPool;
        CreateInstanceOrchestration.Start(context, new(instanceId, answer.Deadline, input.PollInterval));
        return $"{instanceId} is being created, which takes minutes";
    }
}
