using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Reconciliation;

/// <summary>Something that the reconciler saw.</summary>
/// <param name="Kind">One of <see cref="FindingKind"/>.</param>
/// <param name="ResourceId">The resource or row concerned.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="Action">One of <see cref="FindingAction"/>.</param>
public sealed record Finding(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("resourceId")] string ResourceId,
    [property: JsonPropertyName("detail")] string Detail,
    [property: JsonPropertyName("action")] string Action
);
