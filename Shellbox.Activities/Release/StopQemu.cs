using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Release;

/// <summary>
/// Ends the guest and unmounts its volume, so that the disk can be taken off: with its state saved on the volume, or shut down.
/// </summary>
public sealed class StopQemu(BoxStore boxes, InstanceShell shell) : BoxActivity<StopQemu.Input, AgentAnswer>(boxes)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement, bool Save, TimeSpan Timeout) : IBoxInput;

    [Function(nameof(StopQemu))]
    public Task<AgentAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken) =>
        RunFencedAsync(input, cancellationToken);

    protected override async Task<AgentAnswer> RunAsync(Input input, BoxRow box, CancellationToken cancellationToken)
    {
        var operation = input.Operation;
        var request = new AgentRequest
        {
            Box = box.VolumeId,
            Epoch = operation.Epoch.Value,
            OperationId = operation.OperationId,
            TimeoutSeconds = input.Timeout.TotalSeconds,
        };
        var answer = await shell.RunAsync(
            input.Placement,
            input.Save ? AgentVerb.Save : AgentVerb.Stop,
            request,
            input.Timeout + TimeSpan.FromSeconds(30),
            cancellationToken
        );
        return answer.Ok ? answer : throw answer.ToException(input.Placement.InstanceId);
    }
}
