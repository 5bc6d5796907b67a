using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>Where the host can be reached from the machine it runs on.</summary>
internal sealed class HostAddress(IServer server)
{
    /// <summary>The first bound address, without a slash at its end.</summary>
    /// <exception cref="InvalidOperationException">The host does not listen yet.</exception>
    public string Url
    {
        get
        {
            var bound = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
                ?? throw new InvalidOperationException("The host does not listen yet, so its address is not known.");
            foreach (var any in (string[])["//[::]", "//0.0.0.0", "//*", "//+"])
                bound = bound.Replace(any, "//127.0.0.1", StringComparison.Ordinal);
            var url = bound.TrimEnd('/');
            return url.EndsWith(":0", StringComparison.Ordinal)
                ? throw new InvalidOperationException("The host does not listen yet, so its address is not known.")
                : url;
        }
    }
}
