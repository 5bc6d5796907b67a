using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>The client that functions get: it also knows the host's management URLs.</summary>
internal sealed class HostedDurableClient(OrchestrationEngine engine, HostAddress address, FunctionKeys keys)
    : EngineClient(engine), IManagementPayloadSource
{
    public HttpManagementPayload CreatePayload(string instanceId)
    {
        var instance = $"{address.Url}{ManagementApi.Base}/instances/{Uri.EscapeDataString(instanceId)}";
        var code = "code=" + Uri.EscapeDataString(keys.Extension);
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = $"{instance}?{code}",
            SendEventPostUri = $"{instance}/raiseEvent/{{eventName}}?{code}",
            TerminatePostUri = $"{instance}/terminate?reason={{{{text}}}}&{code}",
            PurgeHistoryDeleteUri = $"{instance}?{code}",
            SuspendPostUri = $"{instance}/suspend?reason={{{{text}}}}&{code}",
            ResumePostUri = $"{instance}/resume?reason={{{{text}}}}&{code}",
        };
    }
}
