using Shellbox.Activities.Operations;
using Shellbox.Contracts.Agent;

namespace Shellbox.Activities.Instances;

/// <summary>What follows when the program on an instance refuses.</summary>
internal static class AgentRefusals
{
    /// <summary>What to throw for an answer that is not <see cref="AgentAnswer.Ok"/>.</summary>
    public static Exception ToException(this AgentAnswer answer, string instanceId)
    {
        var said = $"{answer.Message ?? answer.Error ?? "no reason given"} (instance {instanceId})";
        return answer.Error is AgentError.StaleEpoch ? new OperationSupersededException($"A newer operation has the box on {instanceId}.")
            : AgentError.IsInstanceFault(answer.Error) ? new InstanceFaultException(said)
            : new StepFailedException(said);
    }
}
