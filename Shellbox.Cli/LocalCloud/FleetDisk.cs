using System.Text.Json.Serialization;

namespace Shellbox.Cli.LocalCloud;

/// <param name="Name">The disk's name, which is its volume id.</param>
/// <param name="SizeGB">Its size in GiB.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="ContentFile">Absolute path of the raw image that it begins with.</param>
internal sealed record FleetDisk(
    string Name,
    [property: JsonPropertyName("sizeGB")] int SizeGB,
    IReadOnlyDictionary<string, string> Tags,
    string ContentFile
);
