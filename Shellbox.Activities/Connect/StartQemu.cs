using Azure;
using Microsoft.Extensions.Options;
using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Connect;

/// <summary>
/// Starts the guest on its instance, or finds that it runs. The instance itself waits for the disk to appear at its LUN, so QEMU starts as
/// soon as the disk is there and not when ARM reports the attach as done.
/// </summary>
public sealed class StartQemu(BoxStore boxes, InstanceShell shell, IOptions<ShellboxOptions> options, TimeProvider time)
    : BoxActivity<StartQemu.Input, AgentAnswer>(boxes)
{
    /// <summary>How often the row is looked at while the instance is waited for: a point read each.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <summary>A user has one key, and no other will take its place.</summary>
    private const long OnlyKeySet = 1;

    /// <param name="Operation">The connect.</param>
    /// <param name="Placement">Where the box is.</param>
    /// <param name="DiskTimeout">How long the disk may take.</param>
    /// <param name="BootTimeout">How long the guest may take from there.</param>
    /// <param name="CheckBanner">Whether the instance makes sure that a guest in memory answers, though its banner is read anyway.</param>
    public sealed record Input(
        BoxOperation Operation,
        Placement Placement,
        TimeSpan DiskTimeout,
        TimeSpan BootTimeout,
        bool CheckBanner = false
    ) : IBoxInput;

    [Function(nameof(StartQemu))]
    public Task<AgentAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<AgentAnswer> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var operation = input.Operation;
        var request = AgentRequests.For(operation, box) with
        {
            HostName = operation.BoxName,
            Lun = input.Placement.Lun,
            Port = options.Value.Instance.GuestPort,
            MemoryMiB = options.Value.Instance.GuestMemoryMiB,
            AuthorizedKeys = box.PublicKey is { } key ? [key] : null,
            KeySet = box.PublicKey is null ? null : OnlyKeySet,
            CallerReadsBanner = input.CheckBanner ? null : true,
            DeviceTimeoutSeconds = input.DiskTimeout.TotalSeconds,
            BootTimeoutSeconds = input.BootTimeout.TotalSeconds,
        };
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var starting = shell.RunAsync(
            input.Placement,
            AgentVerb.Start,
            request,
            input.DiskTimeout + (2 * input.BootTimeout),
            abandon.Token
        );
        while (
            await Task.WhenAny(starting, Task.Delay(BetweenLooks, time, cancellationToken)) != starting
            && !cancellationToken.IsCancellationRequested
        )
        {
            if (await IsSupersededAsync(operation, cancellationToken))
                await abandon.CancelAsync();
        }

        try
        {
            return await starting;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationSupersededException($"A newer operation has the box {operation.Key}.");
        }
    }

    /// <summary>
    /// Whether the box is another operation's by now. Its verb ends this one on the instance, as long as that can be reached; where it
    /// cannot, nobody is to wait until this one's time is over.
    /// </summary>
    private async Task<bool> IsSupersededAsync(BoxOperation operation, CancellationToken cancellationToken)
    {
        try
        {
            await Boxes.RequireAsync(operation, cancellationToken);
            return false;
        }
        catch (OperationSupersededException)
        {
            return true;
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            // The storage is away: the next look tells.
            return false;
        }
    }
}
