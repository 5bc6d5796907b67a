using Microsoft.AspNetCore.Routing;

namespace Shellbox.AzureSimulator.Arm;

/// <summary>One operation of the REST reference.</summary>
/// <param name="OperationId">Its operation id there.</param>
/// <param name="Request">The HTTP method and the path with its parameters: <c>GET /subscriptions/{subscription}</c>.</param>
/// <param name="ApiVersions">The versions that it is answered in.</param>
/// <param name="Kind">What it counts as, for limits and latencies.</param>
/// <param name="Handler">Answers it.</param>
internal sealed record ArmRoute(
    string OperationId,
    string Request,
    ApiVersions ApiVersions,
    RequestKind Kind,
    Func<ArmCall, Task<ArmResponse>> Handler
)
{
    public string Method => Request[..Request.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>The path with its parameters.</summary>
    public string Template => Request[(Request.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    /// <summary>The name of the resource that a request of this route is about, for faults, throttling and the request log.</summary>
    public static string ResourceOf(RouteValueDictionary values) =>
        values["name"] as string
        ?? values["operation"] as string
        ?? values["resourceGroup"] as string
        ?? values["subscription"] as string
        ?? "";
}
