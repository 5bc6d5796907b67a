using System.Text.Json.Serialization;
using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts.Boxes;

/// <summary>What a release ends with.</summary>
/// <param name="State">The word of the <see cref="BoxState"/> that the box is in now, or <see cref="Superseded"/>.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Steps">What took how long.</param>
public sealed record ReleaseResult(
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<Step> Steps
)
{
    /// <summary>Another operation has the box now.</summary>
    public const string Superseded = "superseded";
}
