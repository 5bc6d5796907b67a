using Microsoft.AspNetCore.Routing;

namespace Shellbox.AzureSimulator.Arm;

/// <summary>One operation of the REST reference: its operation id there, its URL and its handler.</summary>
internal sealed record ArmRoute(
    string OperationId,
    string Method,
    string Template,
    ApiVersions ApiVersions,
    RequestKind Kind,
    Func<ArmCall, Task<ArmAnswer>> Handler
)
{
    /// <summary>The name of the resource that a request of this route is about, for faults, throttling and the request log.</summary>
    public static string ResourceOf(RouteValueDictionary values) =>
        values["name"] as string
        ?? values["operation"] as string
        ?? values["resourceGroup"] as string
        ?? values["subscription"] as string
        ?? "";
}
