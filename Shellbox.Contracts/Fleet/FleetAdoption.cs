using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Fleet;

/// <summary>How many resources were newly registered, and which were not.</summary>
/// <param name="Instances">Instances.</param>
/// <param name="Volumes">Volumes.</param>
/// <param name="Boxes">Boxes.</param>
/// <param name="Running">Boxes among those whose guest goes on running.</param>
/// <param name="SkippedCount">How many were not registered.</param>
/// <param name="Skipped">The first of them.</param>
public sealed record FleetAdoption(
    [property: JsonPropertyName("instances")] int Instances,
    [property: JsonPropertyName("volumes")] int Volumes,
    [property: JsonPropertyName("boxes")] int Boxes,
    [property: JsonPropertyName("running")] int Running,
    [property: JsonPropertyName("skippedCount")] int SkippedCount,
    [property: JsonPropertyName("skipped")] IReadOnlyList<SkippedResource> Skipped
);
