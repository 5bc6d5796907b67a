using System.Text.Json.Serialization;
using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts.Boxes;

/// <summary>What a connect ends with.</summary>
/// <param name="UserId">The user.</param>
/// <param name="BoxName">The box.</param>
/// <param name="OperationId">The operation.</param>
/// <param name="Tier">What stood ready.</param>
/// <param name="InstanceId">Where the box runs.</param>
/// <param name="Endpoint">Where its SSH answers.</param>
/// <param name="RequestedAt">When the request came.</param>
/// <param name="Seconds">From the request to the banner.</param>
/// <param name="Steps">What took how long; steps may overlap.</param>
public sealed record ConnectResult(
    [property: JsonPropertyName("userId")] string UserId,
    [property: JsonPropertyName("boxName")] string BoxName,
    [property: JsonPropertyName("operationId")] string OperationId,
    [property: JsonPropertyName("tier")] Tier Tier,
    [property: JsonPropertyName("instanceId")] string InstanceId,
    [property: JsonPropertyName("endpoint")] Endpoint Endpoint,
    [property: JsonPropertyName("requestedAt")] DateTimeOffset RequestedAt,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<Step> Steps
);
