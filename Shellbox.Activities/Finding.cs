using System.Text.Json.Serialization;

namespace Shellbox.Activities;

/// <summary>Something that the reconciler saw.</summary>
/// <param name="Kind">A fixed word: <c>stale-tag</c>, <c>leaked-claim</c>, <c>stuck-operation</c>, <c>attached-not-running</c>,
/// <c>unknown-instance</c>, <c>unknown-volume</c>, <c>row-without-resource</c>.</param>
/// <param name="ResourceId">The resource or row concerned.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Action"><c>repaired</c>, <c>reported</c> or <c>skipped</c>.</param>
public sealed record Finding(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("resourceId")] string ResourceId,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("action")] string Action);
