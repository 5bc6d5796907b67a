using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Operations;

/// <summary>The <c>customStatus</c> of an operation: what it does and waits for, since when, and the steps so far.</summary>
/// <param name="Step">The step that began last.</param>
/// <param name="Detail">What is waited for, for people.</param>
/// <param name="StartedAt">When that step began.</param>
/// <param name="Tier">What stood ready; null while that is not known, and in what is no connect.</param>
/// <param name="EtaSeconds">How many seconds after <paramref name="StartedAt"/> the operation is through if it takes as long as its like
/// have lately; null where that is not known.</param>
/// <param name="Steps">What took how long; steps may overlap.</param>
public sealed record CustomStatus(
    [property: JsonPropertyName("step")] string Step,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("tier")] Tier? Tier,
    [property: JsonPropertyName("etaSeconds")] double? EtaSeconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<Step> Steps
);
