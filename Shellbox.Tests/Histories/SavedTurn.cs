using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.DurableTask.Protobuf;
using Shellbox.Tests.Fixtures;

namespace Shellbox.Tests.Histories;

/// <summary>
/// The last turn of an orchestration: what the worker got, which has all that happened before in it, and what it answered. A JSON file for
/// each.
/// </summary>
internal sealed record SavedTurn(OrchestratorRequest Request, OrchestratorResponse Response)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Folder => RepositoryRoot.File("Shellbox.Tests", "Histories");

    public string Orchestrator => Events.Select(e => e.ExecutionStarted?.Name).First(name => name is not null)!;

    public bool IsLast => Response.Actions.Any(a => a.CompleteOrchestration is not null);

    /// <summary>The way that it went: what happened, each kind once.</summary>
    public string Way =>
        string.Join(
            ' ',
            Events.Select(Kind).Concat(Response.Actions.Select(a => $"{a.CompleteOrchestration?.OrchestrationStatus}")).Distinct()
        );

    private IEnumerable<HistoryEvent> Events => Request.PastEvents.Concat(Request.NewEvents);

    public static SavedTurn Of(string request, string response)
    {
        var turn = new SavedTurn(
            OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(request)),
            OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(response))
        );
        foreach (var e in turn.Events)
        {
            Clear(e.TaskFailed?.FailureDetails);
            Clear(e.SubOrchestrationInstanceFailed?.FailureDetails);
        }

        foreach (var action in turn.Response.Actions)
            Clear(action.CompleteOrchestration?.FailureDetails);
        return turn;
    }

    public static SavedTurn Load(string file)
    {
        var saved = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!;
        return new SavedTurn(
            JsonParser.Default.Parse<OrchestratorRequest>(saved["request"]!.ToJsonString()),
            JsonParser.Default.Parse<OrchestratorResponse>(saved["response"]!.ToJsonString())
        );
    }

    public void Save(string file)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var saved = new JsonObject { ["request"] = Json(Request), ["response"] = Json(Response) };
        File.WriteAllText(path, saved.ToJsonString(Indented) + "\n");
    }

    /// <summary>
    /// What it asks for and shows, in words to compare. A failure is told by its type's bare name: a build knows those of another build,
    /// which may have had them in other namespaces.
    /// </summary>
    public string Answer()
    {
        var response = Response.Clone();
        foreach (var action in response.Actions)
        {
            for (var failure = action.CompleteOrchestration?.FailureDetails; failure is not null; failure = failure.InnerFailure)
                failure.ErrorType = failure.ErrorType.Split('.')[^1];
        }

        return string.Join('\n', response.Actions.Select(a => Json(a).ToJsonString(Indented)).Append(response.CustomStatus));
    }

    private static JsonNode Json(IMessage message) => JsonNode.Parse(JsonFormatter.Default.Format(message))!;

    private static string Kind(HistoryEvent e) =>
        $"{e.EventTypeCase}:{e.TaskScheduled?.Name ?? e.SubOrchestrationInstanceCreated?.Name ?? e.EventRaised?.Name.Split('-')[0]}";

    /// <summary>Where a stack was is no part of what happened, and differs from machine to machine.</summary>
    private static void Clear(TaskFailureDetails? failure)
    {
        for (; failure is not null; failure = failure.InnerFailure)
            failure.StackTrace = null;
    }
}
