using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Cli;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(CloudFile))]
internal sealed partial class CloudFileJson : JsonSerializerContext;
