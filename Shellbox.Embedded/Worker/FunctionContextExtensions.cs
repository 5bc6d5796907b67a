using Microsoft.AspNetCore.Http;
using Shellbox.Embedded.Hosting.Functions;

namespace Shellbox.Embedded.Worker;

/// <summary>What the ASP.NET Core integration adds to an invocation.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The request of an HTTP function; null for any other.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context is null ? throw new ArgumentNullException(nameof(context))
            : context.Items.TryGetValue(InvocationItems.HttpContext, out var http) ? http as HttpContext : null;
}
