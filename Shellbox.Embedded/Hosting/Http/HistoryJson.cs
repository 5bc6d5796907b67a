using System.Globalization;
using System.Text.Json;
using Shellbox.Embedded.DurableTask;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Orchestrations;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>A history as the management API shows it: what was asked for is folded into its answer, and shown by itself while it is open.</summary>
internal static class HistoryJson
{
    public static void Write(Utf8JsonWriter writer, List<HistoryEvent> history, HistoryView view)
    {
        var name = history.Find(e => e.Type == HistoryEventType.ExecutionStarted)?.Name;
        var requests = history.Where(e => e.IsRequest && e.TaskId >= 0).ToDictionary(e => e.TaskId);
        var answered = history
            .Where(e => e.Type is HistoryEventType.TaskCompleted or HistoryEventType.TaskFailed
                or HistoryEventType.ChildCompleted or HistoryEventType.ChildFailed)
            .Select(e => e.TaskId)
            .ToHashSet();
        writer.WriteStartArray();
        foreach (var e in history)
        {
            if (e.Type is HistoryEventType.TaskScheduled or HistoryEventType.ChildCreated && answered.Contains(e.TaskId))
                continue;
            writer.WriteStartObject();
            WriteEvent(writer, e, requests.GetValueOrDefault(e.TaskId), name, view);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteEvent(Utf8JsonWriter writer, HistoryEvent e, HistoryEvent? request, string? orchestrator, HistoryView view)
    {
        switch (e.Type)
        {
            case HistoryEventType.ExecutionStarted:
                Type(writer, "ExecutionStarted");
                if (view.Input)
                    writer.WriteString("Input", e.Data);
                writer.WriteNull("Correlation");
                writer.WriteNull("ParentTraceContext");
                writer.WriteNull("ScheduledStartTime");
                if (e.Extra == HistoryEvent.Continued)
                    writer.WriteNull("Generation");
                else
                    writer.WriteNumber("Generation", 0);
                writer.WriteBoolean("GenerateNewTrace", false);
                Timestamp(writer, e);
                writer.WriteString("FunctionName", orchestrator);
                break;
            case HistoryEventType.TaskScheduled:
                Type(writer, "TaskScheduled");
                writer.WriteString("Name", e.Name);
                writer.WriteString("Input", view.TaskInput ? e.Data : null);
                writer.WriteNull("ParentTraceContext");
                Tags(writer);
                Timestamp(writer, e);
                break;
            case HistoryEventType.TaskCompleted:
                Answer(writer, "TaskCompleted", e, request, view);
                break;
            case HistoryEventType.TaskFailed:
                Failure(writer, "TaskFailed", e, request, view, "Function '" + request?.Name + "' failed with an unhandled exception.");
                break;
            case HistoryEventType.TimerCreated:
                Type(writer, "TimerCreated");
                writer.WriteString("FireAt", Ticks(e.FireAt));
                Timestamp(writer, e);
                break;
            case HistoryEventType.TimerFired:
                Type(writer, "TimerFired");
                writer.WriteString("FireAt", request is null ? null : Ticks(request.FireAt));

                // The official host shows when the timer was created, not when it fired.
                Timestamp(writer, request ?? e);
                break;
            case HistoryEventType.ChildCreated:
                Type(writer, "SubOrchestrationInstanceCreated");
                writer.WriteString("Name", e.Name);
                writer.WriteString("InstanceId", e.Extra);
                writer.WriteString("Input", view.TaskInput ? e.Data : null);
                writer.WriteNull("ClientSpanId");
                Tags(writer);
                Timestamp(writer, e);
                break;
            case HistoryEventType.ChildCompleted:
                Answer(writer, "SubOrchestrationInstanceCompleted", e, request, view);
                break;
            case HistoryEventType.ChildFailed:
                Failure(writer, "SubOrchestrationInstanceFailed", e, request, view, StoredFailure.Read(e.Data).ErrorMessage);
                break;
            case HistoryEventType.EventRaised:
                Type(writer, "EventRaised");
                writer.WriteString("Name", e.Name);
                writer.WriteString("Input", e.Data);
                writer.WriteNull("ParentTraceContext");
                Timestamp(writer, e);
                break;
            case HistoryEventType.EventSent:
                Type(writer, "EventSent");
                writer.WriteString("InstanceId", e.Extra);
                writer.WriteString("Name", e.Name);
                writer.WriteString("Input", e.Data);
                Timestamp(writer, e);
                break;
            case HistoryEventType.ExecutionSuspended:
                Type(writer, "ExecutionSuspended");
                writer.WriteString("Reason", e.Data);
                Timestamp(writer, e);
                break;
            case HistoryEventType.ExecutionResumed:
                Type(writer, "ExecutionResumed");
                writer.WriteString("Reason", e.Data);
                Timestamp(writer, e);
                break;
            case HistoryEventType.ExecutionTerminated:
                Type(writer, "ExecutionTerminated");
                writer.WriteString("Input", e.Data);
                Timestamp(writer, e);
                break;
            case HistoryEventType.ExecutionCompleted:
                Type(writer, "ExecutionCompleted");
                writer.WriteString("OrchestrationStatus", e.Name);
                if (view.Results)
                {
                    writer.WritePropertyName("Result");
                    InstanceJson.WriteValue(writer, e.Data);
                }

                writer.WritePropertyName("FailureDetails");
                Details(writer, e.Extra is null ? null : StoredFailure.Read(e.Extra));
                Timestamp(writer, e);
                break;
        }
    }

    private static void Answer(Utf8JsonWriter writer, string type, HistoryEvent e, HistoryEvent? request, HistoryView view)
    {
        Type(writer, type);
        if (view.Results)
        {
            writer.WritePropertyName("Result");
            InstanceJson.WriteValue(writer, e.Data);
        }

        Folded(writer, e, request, view);
    }

    private static void Failure(Utf8JsonWriter writer, string type, HistoryEvent e, HistoryEvent? request, HistoryView view, string reason)
    {
        Type(writer, type);
        writer.WriteString("Reason", reason);
        writer.WriteNull("Details");
        writer.WritePropertyName("FailureDetails");
        Details(writer, StoredFailure.Read(e.Data));
        Folded(writer, e, request, view);
    }

    private static void Folded(Utf8JsonWriter writer, HistoryEvent e, HistoryEvent? request, HistoryView view)
    {
        Timestamp(writer, e);
        writer.WriteString(
            "ScheduledTime", request?.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'+00:00'", CultureInfo.InvariantCulture));
        writer.WriteString("FunctionName", request?.Name);
        if (view.Input)
            writer.WriteString("Input", view.TaskInput ? request?.Data : null);
    }

    private static void Details(Utf8JsonWriter writer, TaskFailureDetails? failure)
    {
        if (failure is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("ErrorType", failure.ErrorType);
        writer.WriteString("ErrorMessage", failure.ErrorMessage);
        writer.WriteString("StackTrace", failure.StackTrace);
        writer.WritePropertyName("InnerFailure");
        Details(writer, failure.InnerFailure is null ? null : failure.InnerFailure with { StackTrace = null });
        writer.WriteBoolean("IsNonRetriable", StoredFailure.IsFinal(failure));
        writer.WriteNull("Properties");
        writer.WriteEndObject();
    }

    private static void Type(Utf8JsonWriter writer, string type) => writer.WriteString("EventType", type);

    private static void Tags(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("Tags");
        writer.WriteEndObject();
    }

    private static void Timestamp(Utf8JsonWriter writer, HistoryEvent e) => writer.WriteString("Timestamp", Ticks(e.Timestamp));

    private static string Ticks(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
