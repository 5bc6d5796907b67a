using System.Text.Json.Serialization;

namespace Shellbox.AzureSimulator.Fleets;

/// <summary>A managed disk of the fleet.</summary>
public sealed record FleetDisk
{
    /// <summary>The disk's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its size in GiB.</summary>
    [JsonPropertyName("sizeGB")]
    public int SizeGB { get; init; } = 1;

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The absolute path of a raw image that the disk starts as; the disk gets a copy. Empty when null.</summary>
    public string? ContentFile { get; init; }
}
