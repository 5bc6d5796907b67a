using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Hosting.Http;

namespace Shellbox.Embedded.Hosting;

/// <summary>What is asked of a host from outside the app.</summary>
public static class EmbeddedHostExtensions
{
    /// <summary>The address and the keys of a started host.</summary>
    /// <exception cref="InvalidOperationException">The host does not listen yet.</exception>
    public static EmbeddedHostInfo GetEmbeddedHostInfo(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        var keys = host.Services.GetRequiredService<FunctionKeys>();
        return new EmbeddedHostInfo(
            new Uri(host.Services.GetRequiredService<HostAddress>().Url),
            keys.Master,
            keys.Host,
            keys.Extension,
            host.Services.GetRequiredService<EngineOptions>().DatabasePath);
    }

    /// <summary>The client that <c>[DurableClient]</c> parameters get.</summary>
    public static DurableTaskClient GetDurableTaskClient(this IHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return host.Services.GetRequiredService<DurableTaskClient>();
    }
}
