using System.Text.Json;
using System.Text.Json.Serialization;
using Shellbox.LocalCloud;

namespace Shellbox.Cli.LocalCloud;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(FleetFile))]
[JsonSerializable(typeof(SimulatorConnection))]
[JsonSerializable(typeof(List<ProcessRecord>))]
internal sealed partial class LocalCloudJson : JsonSerializerContext;
