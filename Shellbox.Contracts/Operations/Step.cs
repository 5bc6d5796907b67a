using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Operations;

/// <summary>One step of an operation.</summary>
/// <param name="Name">One of <see cref="StepName"/>, or a step that the instance reports.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Seconds">How long it took; null while it runs.</param>
/// <param name="Outcome">How it stands.</param>
public sealed record Step(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("seconds")] double? Seconds,
    [property: JsonPropertyName("outcome")] StepOutcome Outcome
);
