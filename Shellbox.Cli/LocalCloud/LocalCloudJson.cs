using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Cli.LocalCloud;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(FleetFile))]
[JsonSerializable(typeof(SimulatorReady))]
[JsonSerializable(typeof(List<ProcessRecord>))]
internal sealed partial class LocalCloudJson : JsonSerializerContext;
