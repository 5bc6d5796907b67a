using System.Text.Json;
using System.Text.Json.Serialization;
using Shellbox.Contracts.Audit;
using Shellbox.Contracts.Boxes;
using Shellbox.Contracts.Fleet;
using Shellbox.Contracts.Operations;
using Shellbox.Contracts.Pool;
using Shellbox.Contracts.Reconciliation;

namespace Shellbox.Contracts.Http;

/// <summary>
/// Serializers of the HTTP API, made at build time: reflection would cost a command a tenth of a second at every start, and there is none
/// under Native AOT.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ConnectRequest))]
[JsonSerializable(typeof(CreateRequest))]
[JsonSerializable(typeof(DisconnectRequest))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(Box))]
[JsonSerializable(typeof(BoxList))]
[JsonSerializable(typeof(ConnectResult))]
[JsonSerializable(typeof(DisconnectResult))]
[JsonSerializable(typeof(ReleaseResult))]
[JsonSerializable(typeof(DeleteResult))]
[JsonSerializable(typeof(CustomStatus))]
[JsonSerializable(typeof(OperationStatus))]
[JsonSerializable(typeof(ManagementPayload))]
[JsonSerializable(typeof(BoxEventList))]
[JsonSerializable(typeof(PoolReport))]
[JsonSerializable(typeof(PoolRunReport))]
[JsonSerializable(typeof(PoolPauseState))]
[JsonSerializable(typeof(PoolCost))]
[JsonSerializable(typeof(ReconciliationReport))]
[JsonSerializable(typeof(FleetAdoption))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;
