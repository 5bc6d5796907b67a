using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Pool;

/// <summary>What one look of the pool at itself has begun.</summary>
/// <param name="Creating">Instances whose creation has begun.</param>
/// <param name="Removing">Instances whose removal has.</param>
/// <param name="Volumes">Volumes that were created and removed.</param>
/// <param name="BlankBoxes">Blank boxes that are being made ready.</param>
/// <param name="Detail">Why no more is done, as a sentence; empty when nothing stands in the way.</param>
public sealed record PoolRunReport(
    [property: JsonPropertyName("creating")] IReadOnlyList<string> Creating,
    [property: JsonPropertyName("removing")] IReadOnlyList<string> Removing,
    [property: JsonPropertyName("volumes")] IReadOnlyList<PoolOperationResult> Volumes,
    [property: JsonPropertyName("blankBoxes")] IReadOnlyList<string> BlankBoxes,
    [property: JsonPropertyName("detail")] string Detail
);
