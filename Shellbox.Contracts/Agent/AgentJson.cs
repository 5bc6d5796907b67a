using System.Text.Json;
using System.Text.Json.Serialization;

namespace Shellbox.Contracts.Agent;

/// <summary>Serializers of the agent's protocol, made at build time. What is not said is left out.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentRequest))]
[JsonSerializable(typeof(AgentStatusRequest))]
[JsonSerializable(typeof(AgentAnswer))]
[JsonSerializable(typeof(AgentStatus))]
public sealed partial class AgentJson : JsonSerializerContext;
