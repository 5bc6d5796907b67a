using System.Text.Json;
using Shellbox.Embedded.DurableTask;

namespace Shellbox.Embedded.Engine.Orchestrations;

/// <summary>Failures as they are stored.</summary>
internal static class StoredFailure
{
    /// <summary>Marks a failure that no retry can mend, for instance an unknown activity.</summary>
    private const string Final = "IsNonRetriable";

    public static string Write(TaskFailureDetails failure) => JsonSerializer.Serialize(failure);

    public static TaskFailureDetails Read(string? data) =>
        data is null ? new TaskFailureDetails("System.Exception", "unknown", null, null, null) : JsonSerializer.Deserialize<TaskFailureDetails>(data)!;

    public static TaskFailureDetails MakeFinal(TaskFailureDetails failure) =>
        failure with { Properties = new Dictionary<string, object?> { [Final] = true } };

    public static bool IsFinal(TaskFailureDetails failure) => failure.Properties?.ContainsKey(Final) == true;
}
