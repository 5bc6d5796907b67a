using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Storage;

namespace Shellbox.Tests.Durable.Histories;

/// <summary>An instance that has ended, with its history, as a JSON file of this folder.</summary>
internal sealed record SavedHistory(
    string Orchestrator,
    string InstanceId,
    long ExecutionKey,
    string? ParentId,
    string? ParentName,
    string? Input,
    DateTime CreatedAt,
    IReadOnlyList<SavedTurn> Turns,
    OrchestrationRuntimeStatus Status,
    string? Output)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly JsonSerializerOptions Compact = new(Options) { WriteIndented = false };

    public static string Folder => RepositoryRoot.File("Shellbox.Tests", "Durable", "Histories");

    public static SavedHistory Of(InstanceRow row, IEnumerable<HistoryEvent> history)
    {
        // Each turn has a time of its own: the clock that the stories run by moves with every look.
        var turns = new List<SavedTurn>();
        foreach (var e in history)
        {
            if (turns.Count == 0 || turns[^1].At != e.Timestamp)
                turns.Add(new SavedTurn(e.Timestamp, new List<SavedEvent>()));
            ((List<SavedEvent>)turns[^1].Events).Add(Save(e));
        }

        return new SavedHistory(
            row.Name, row.Id, row.Key, row.ParentId, row.ParentName, row.Input, row.Created, turns, row.Status, row.Output);
    }

    public static SavedEvent Save(HistoryEvent e) => new(
        e.Type,
        e.TaskId,
        e.Name,
        e.Type is HistoryEventType.TaskFailed or HistoryEventType.ChildFailed ? WithoutStack(e.Data) : e.Data,
        e.Type is HistoryEventType.ExecutionCompleted ? WithoutStack(e.Extra) : e.Extra);

    public static SavedHistory Load(string file) => JsonSerializer.Deserialize<SavedHistory>(File.ReadAllText(Path.Combine(Folder, file)), Options)!;

    public void Write(string file)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(this, Options) + "\n");
    }

    /// <summary>Where a stack was is no part of what happened, and differs from machine to machine.</summary>
    private static string? WithoutStack(string? failure)
    {
        if (failure is null)
            return null;
        var root = JsonNode.Parse(failure);
        for (var node = root; node is JsonObject details; node = details["InnerFailure"])
            details["StackTrace"] = null;
        return root!.ToJsonString(Compact);
    }
}
