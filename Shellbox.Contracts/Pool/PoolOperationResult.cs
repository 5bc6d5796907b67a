using System.Text.Json.Serialization;
using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts.Pool;

/// <summary>What a creation or removal of the pool's ends with.</summary>
/// <param name="Id">The resource.</param>
/// <param name="State"><c>created</c>, <c>removed</c>, <c>failed</c>, or <c>superseded</c> when it was no longer to be had.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Steps">What took how long.</param>
public sealed record PoolOperationResult(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("failure")] string? Failure,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<Step> Steps
);
