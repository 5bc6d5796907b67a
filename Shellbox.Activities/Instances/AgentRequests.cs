using Shellbox.Activities.Operations;
using Shellbox.Activities.State;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Instances;

/// <summary>What every verb on a box is told.</summary>
internal static class AgentRequests
{
    public static AgentRequest For(BoxOperation operation, BoxRow box) =>
        new()
        {
            Box = box.VolumeId,
            Epoch = operation.Epoch.Value,
            OperationId = operation.OperationId,
        };
}
