using System.Text.Json.Serialization;

namespace Shellbox.Functions.Operations;

/// <summary>The custom status of a connect or a release: what it does and waits for, since when, and the steps so far.</summary>
public sealed record OperationStatus(
    [property: JsonPropertyName("step")] string Step,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("tier")] string? Tier,
    [property: JsonPropertyName("etaSeconds")] double? EtaSeconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<StepReport> Steps
);
