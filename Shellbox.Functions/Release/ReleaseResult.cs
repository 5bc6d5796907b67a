using System.Text.Json.Serialization;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Release;

/// <param name="State">The state that the box is in now.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Steps">What took how long.</param>
public sealed record ReleaseResult(
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<StepReport> Steps
);
