using Microsoft.AspNetCore.Http;

namespace Shellbox.LocalHost.Functions;

/// <summary>What the trigger parameter of an HTTP function holds on the host's side: the request that its worker will answer.</summary>
public sealed class HttpCall(HttpContext context)
{
    public HttpContext Context { get; } = context;
}
