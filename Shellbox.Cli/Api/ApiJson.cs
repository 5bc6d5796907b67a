using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Cli.Api;

/// <summary>Serializers made at build time: reflection would cost a tenth of a second at every start.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ConnectRequest))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(DeleteResult))]
[JsonSerializable(typeof(DisconnectRequest))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(ConnectResult))]
[JsonSerializable(typeof(DisconnectResult))]
[JsonSerializable(typeof(OperationProgress))]
[JsonSerializable(typeof(OperationStatus))]
[JsonSerializable(typeof(ManagementPayload))]
[JsonSerializable(typeof(Box))]
[JsonSerializable(typeof(BoxList))]
[JsonSerializable(typeof(BoxEventList))]
[JsonSerializable(typeof(PoolReport))]
[JsonSerializable(typeof(PoolCost))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(ReconciliationReport))]
[JsonSerializable(typeof(FleetAdoption))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJson : JsonSerializerContext;
