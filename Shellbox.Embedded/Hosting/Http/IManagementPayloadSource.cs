using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>A client that knows the address of the host it belongs to.</summary>
internal interface IManagementPayloadSource
{
    HttpManagementPayload CreatePayload(string instanceId);
}
