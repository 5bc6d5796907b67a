using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Hosting.Http;
using Shellbox.Embedded.Worker.Http;

namespace Shellbox.Embedded.Worker;

/// <summary>What the Functions host adds to the client.</summary>
public static class DurableTaskClientExtensions
{
    /// <summary>Makes the management URLs of an instance; whether it exists is not asked.</summary>
    /// <param name="client">A client that this host bound to a <see cref="DurableClientAttribute"/> parameter.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="request">Not used: the URLs start with the host's own address.</param>
    /// <exception cref="InvalidOperationException">The client is not one of this host's, or the host does not listen yet.</exception>
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return client is IManagementPayloadSource source
            ? source.CreatePayload(instanceId)
            : throw new InvalidOperationException("The management URLs are known only to a client that the Functions host has bound.");
    }
}
