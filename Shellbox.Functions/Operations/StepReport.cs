using System.Text.Json.Serialization;

namespace Shellbox.Functions.Operations;

/// <param name="Name">The step.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Seconds">How long it took; null while it runs.</param>
/// <param name="Outcome"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
public sealed record StepReport(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("startedAt")] DateTimeOffset StartedAt,
    [property: JsonPropertyName("seconds")] double? Seconds,
    [property: JsonPropertyName("outcome")] string Outcome
);
