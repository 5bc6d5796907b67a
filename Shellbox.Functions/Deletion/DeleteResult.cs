using System.Text.Json.Serialization;
using Shellbox.Functions.Operations;

namespace Shellbox.Functions.Deletion;

/// <param name="State"><c>deleted</c>, or <c>superseded</c> when another delete has taken over.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Steps">What took how long.</param>
public sealed record DeleteResult(
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<StepReport> Steps
);
