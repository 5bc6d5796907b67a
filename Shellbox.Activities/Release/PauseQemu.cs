using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;

namespace Shellbox.Activities.Release;

/// <summary>Pauses the guest: it takes no processor time and answers again within milliseconds of being woken.</summary>
public sealed class PauseQemu(BoxStore boxes, InstanceShell shell) : BoxActivity<PauseQemu.Input, InstanceAnswer>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement) : IBoxInput;

    [Function(nameof(PauseQemu))]
    public Task<InstanceAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<InstanceAnswer> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var operation = input.Operation;
        var request = new InstanceRequest
        {
            Box = box.VolumeId,
            Epoch = operation.Epoch.Value,
            OperationId = operation.OperationId,
        };
        var answer = await shell.RunAsync(input.Placement, "pause", request, TimeSpan.FromSeconds(30), cancellationToken);
        return answer.Ok ? answer : throw answer.ToException(input.Placement.InstanceId);
    }
}
