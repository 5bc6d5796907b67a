using Microsoft.Extensions.Options;
using Shellbox.Activities.Configuration;
using Shellbox.Activities.Qemu;
using Shellbox.Activities.State;

namespace Shellbox.Activities;

/// <summary>
/// Starts the guest on its instance, or finds that it runs. The instance itself waits for the disk to appear at its LUN, so QEMU starts as soon
/// as the disk is there and not when ARM reports the attach as done.
/// </summary>
public sealed class StartQemu(BoxStore boxes, InstanceShell shell, IOptions<ShellboxOptions> options)
{
    /// <param name="Operation">The connect.</param>
    /// <param name="Placement">Where the box is.</param>
    /// <param name="DiskTimeout">How long the disk may take.</param>
    /// <param name="BootTimeout">How long the guest may take from there.</param>
    /// <param name="CheckBanner">Whether the instance makes sure that a guest in memory answers, though its banner is read anyway.</param>
    public sealed record Input(BoxOperation Operation, Placement Placement, TimeSpan DiskTimeout, TimeSpan BootTimeout, bool CheckBanner = false);

    [Function(nameof(StartQemu))]
    public async Task<InstanceAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var operation = input.Operation;
        var box = await boxes.RequireOperationAsync(operation.Key, operation.OperationId, operation.Epoch, cancellationToken);
        var request = new InstanceRequest
        {
            Box = box.VolumeId,
            Epoch = operation.Epoch,
            OperationId = operation.OperationId,
            HostName = operation.BoxName,
            Lun = input.Placement.Lun,
            Port = options.Value.Instance.GuestPort,
            MemoryMiB = options.Value.Instance.GuestMemoryMiB,
            AuthorizedKey = box.PublicKey,
            CallerReadsBanner = input.CheckBanner ? null : true,
            DeviceTimeoutSeconds = input.DiskTimeout.TotalSeconds,
            BootTimeoutSeconds = input.BootTimeout.TotalSeconds,
        };
        var answer = await shell.RunAsync(
            input.Placement, "start", request, input.DiskTimeout + (2 * input.BootTimeout), cancellationToken);
        return answer.Ok ? answer : throw answer.ToException(input.Placement.InstanceId);
    }
}
