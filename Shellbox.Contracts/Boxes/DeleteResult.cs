using System.Text.Json.Serialization;
using Shellbox.Contracts.Operations;

namespace Shellbox.Contracts.Boxes;

/// <summary>What a delete ends with.</summary>
/// <param name="State"><see cref="Deleted"/>, or <see cref="Superseded"/>.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Steps">What took how long.</param>
public sealed record DeleteResult(
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("steps")] IReadOnlyList<Step> Steps
)
{
    public const string Deleted = "deleted";

    /// <summary>Another delete has taken over.</summary>
    public const string Superseded = "superseded";
}
