using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Fleet;

/// <summary>A resource that tags and providers do not decide, and why.</summary>
public sealed record SkippedResource(
    [property: JsonPropertyName("resourceId")] string ResourceId,
    [property: JsonPropertyName("reason")] string Reason
);
