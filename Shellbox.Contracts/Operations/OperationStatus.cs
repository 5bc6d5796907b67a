using System.Text.Json;
using System.Text.Json.Serialization;
using Shellbox.Contracts.Http;

namespace Shellbox.Contracts.Operations;

/// <summary>What Durable's status URL answers.</summary>
/// <param name="InstanceId">The orchestration.</param>
/// <param name="RuntimeStatus">Durable's own word: <c>Pending</c>, <c>Running</c>, <c>Completed</c>, <c>Failed</c>,
/// <c>Terminated</c>.</param>
/// <param name="CustomStatus">Whatever the orchestration has put there.</param>
/// <param name="Output">Its result, or as a text why it failed or was terminated.</param>
public sealed record OperationStatus(string? InstanceId, string RuntimeStatus, JsonElement? CustomStatus, JsonElement? Output)
{
    public const string Completed = "Completed";
    public const string Failed = "Failed";
    public const string Terminated = "Terminated";

    [JsonIgnore]
    public bool IsOver => RuntimeStatus is Completed or Failed or Terminated;

    /// <summary>The custom status, or null while there is none, or when it is of another form: progress is never worth a failure.</summary>
    [JsonIgnore]
    public CustomStatus? Progress
    {
        get
        {
            if (CustomStatus is not { ValueKind: JsonValueKind.Object } status)
                return null;
            try
            {
                return status.Deserialize(ApiJson.Default.CustomStatus);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
