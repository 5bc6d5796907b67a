namespace Shellbox.Embedded.Hosting.Functions;

/// <summary>The keys under which the host keeps things in the items of an invocation.</summary>
internal static class InvocationItems
{
    public const string HttpContext = "HttpRequestContext";
}
