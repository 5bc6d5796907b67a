using Shellbox.Embedded.Engine;

namespace Shellbox.Embedded.DurableTask.Client;

/// <summary>The state of an instance when it was asked for.</summary>
/// <param name="name">The orchestrator's name.</param>
/// <param name="instanceId">The instance's id.</param>
public sealed class OrchestrationMetadata(string name, string instanceId)
{
    /// <summary>The orchestrator's name.</summary>
    public string Name { get; } = name;

    /// <summary>The instance's id.</summary>
    public string InstanceId { get; } = instanceId;

    /// <summary>The state.</summary>
    public OrchestrationRuntimeStatus RuntimeStatus { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state last changed.</summary>
    public DateTimeOffset LastUpdatedAt { get; init; }

    /// <summary>The input as JSON; null if there is none or it was not asked for.</summary>
    public string? SerializedInput { get; init; }

    /// <summary>The output as JSON; of a failed instance the bare text of its failure; null if there is none or it was not asked for.</summary>
    public string? SerializedOutput { get; init; }

    /// <summary>The custom status as JSON (unset: <c>null</c>); null if it was not asked for.</summary>
    public string? SerializedCustomStatus { get; init; }

    /// <summary>Null: the failure's text is in <see cref="SerializedOutput"/>.</summary>
    public TaskFailureDetails? FailureDetails { get; init; }

    /// <summary>The labels it was started with.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it is running, or waiting to.</summary>
    public bool IsRunning => RuntimeStatus == OrchestrationRuntimeStatus.Running;

    /// <summary>Whether it has ended, in whatever way.</summary>
    public bool IsCompleted => RuntimeStatus
        is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    /// <summary>The input.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of that type.</exception>
    public T? ReadInputAs<T>() => Json.Deserialize<T>(SerializedInput);

    /// <summary>The output.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of that type, or the text of a failure.</exception>
    public T? ReadOutputAs<T>() => Json.Deserialize<T>(SerializedOutput);

    /// <summary>The custom status.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is not of that type.</exception>
    public T? ReadCustomStatusAs<T>() => Json.Deserialize<T>(SerializedCustomStatus);
}
