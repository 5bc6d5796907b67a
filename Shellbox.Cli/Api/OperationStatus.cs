using System.Text.Json;

namespace Shellbox.Cli.Api;

/// <summary>What the Durable status URL answers. The three JSON members are whatever the orchestration put there.</summary>
internal sealed record OperationStatus(string? InstanceId, string RuntimeStatus, JsonElement? CustomStatus, JsonElement? Output)
{
    public bool IsOver => RuntimeStatus is "Completed" or "Failed" or "Terminated";

    /// <summary>The custom status, or null while there is none, or when it is of another form: progress is never worth a failure.</summary>
    public OperationProgress? Progress
    {
        get
        {
            if (CustomStatus is not { ValueKind: JsonValueKind.Object } status)
            {
                return null;
            }

            try
            {
                return status.Deserialize(ApiJson.Default.OperationProgress);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
