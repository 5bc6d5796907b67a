using System.Globalization;
using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Faults;

namespace Shellbox.AzureSimulator.Operations;

/// <summary>A long-running operation, from its acceptance on.</summary>
internal sealed class LongRunningOperation
{
    private readonly Lock _gate = new();
    private ArmError? _error;
    private DateTimeOffset? _ended;

    public required string Id { get; init; }

    /// <summary>The path of the operation resource.</summary>
    public required string Path { get; init; }

    /// <summary>The operation id of the REST reference that began it.</summary>
    public required string Name { get; init; }

    public required string ResourceId { get; init; }

    public required DateTimeOffset Started { get; init; }

    public OperationFault? Fault { get; init; }

    /// <summary>
    /// Simulated time until the first poll that the service asks for: 4, 2, 2, 2 s were seen (azuredisk-csi-driver#3358).
    /// </summary>
    public TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Simulated time between the polls after that.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What the <c>Location</c> URL answers with once it succeeded; null means 204.</summary>
    public Func<JsonNode?> Result { get; set; } = static () => null;

    /// <summary>What <c>properties.output</c> of the operation resource holds, for operations that answer with it.</summary>
    public JsonNode? Output { get; set; }

    public OperationStatus Status { get; private set; } = OperationStatus.InProgress;

    public bool IsRunning => Status == OperationStatus.InProgress;

    public ArmError? Error
    {
        get
        {
            lock (_gate)
                return _error;
        }
    }

    public void End(OperationStatus status, DateTimeOffset at, ArmError? error = null)
    {
        lock (_gate)
        {
            _error = error;
            _ended = at;
            Status = status;
        }
    }

    public JsonObject Render()
    {
        lock (_gate)
        {
            var body = new JsonObject { ["startTime"] = Started.ToString("O", CultureInfo.InvariantCulture) };
            if (_ended is { } ended)
                body["endTime"] = ended.ToString("O", CultureInfo.InvariantCulture);
            body["status"] = Status.ToString();
            if (_error is not null)
                body["error"] = _error.ToJson();
            if (Output is not null && Status == OperationStatus.Succeeded)
                body["properties"] = new JsonObject { ["output"] = Output.DeepClone() };
            body["name"] = Id;
            return body;
        }
    }
}
