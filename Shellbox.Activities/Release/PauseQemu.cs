using Shellbox.Activities.Instances;
using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Release;

/// <summary>Pauses the guest: it takes no processor time and answers again within milliseconds of being woken.</summary>
public sealed class PauseQemu(BoxStore boxes, InstanceShell shell)
{
    /// <summary>What it is given.</summary>
    public sealed record Input(BoxOperation Operation, Placement Placement);

    [Function(nameof(PauseQemu))]
    public async Task<AgentAnswer> RunAsync([ActivityTrigger] Input input, CancellationToken cancellationToken)
    {
        var operation = input.Operation;
        var box = await boxes.RequireOperationAsync(operation.Key, operation.OperationId, operation.Epoch, cancellationToken);
        var request = new AgentRequest
        {
            Box = box.VolumeId,
            Epoch = operation.Epoch,
            OperationId = operation.OperationId,
        };
        var answer = await shell.RunAsync(input.Placement, AgentVerb.Pause, request, TimeSpan.FromSeconds(30), cancellationToken);
        return answer.Ok ? answer : throw answer.ToException(input.Placement.InstanceId);
    }
}
