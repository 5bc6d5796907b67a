using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Shellbox.Embedded.DurableTask.Client;
using Shellbox.Embedded.Engine;
using Shellbox.Embedded.Engine.Storage;
using Shellbox.Embedded.Hosting.Settings;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>The HTTP API through which orchestrations are watched and controlled, as the official Durable extension serves it.</summary>
internal sealed class ManagementApi(OrchestrationEngine engine, FunctionKeys keys, HostJson hostJson, TimeProvider time, ILoggerFactory loggers)
{
    public const string Base = "/runtime/webhooks/durabletask";

    private const string ContinuationHeader = "x-ms-continuation-token";

    /// <summary>Comes before any instance id; the token of an empty page must say something.</summary>
    private const string BeforeAny = "\0";

    private const string Wrong = "Something went wrong while processing your request";
    private const string InvalidJson = "Invalid JSON content";

    private readonly ILogger logger = loggers.CreateLogger("Host.Http");

    /// <summary>Answers a request for a path below <see cref="Base"/>.</summary>
    public async Task HandleAsync(HttpContext context, PathString path)
    {
        var key = PresentedKey.Of(context.Request);
        if (!keys.IsExtension(key) && !keys.IsMaster(key))
        {
            var known = keys.OpensAnyFunction(key);
            context.Response.StatusCode = known ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
            if (!known)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            return;
        }

        try
        {
            await RouteAsync(context, (path.Value ?? string.Empty).Trim('/').Split('/')).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
#pragma warning disable CA1031 // Whatever it is, it is a 500 and must be logged.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ManagementFailed(e, context.Request.Method, context.Request.Path);
            if (context.Response.HasStarted)
                throw;
            await ErrorAsync(context, 500, ErrorBody.Of(Wrong, e.Message, e.GetType())).ConfigureAwait(false);
        }
    }

    private static bool Is(string segment, string word) => segment.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>True or false if the query says so, else null.</summary>
    private static bool? Flag(HttpContext context, string name) => bool.TryParse(context.Request.Query[name], out var value) ? value : null;

    /// <summary>A value of the query that says something, else null.</summary>
    private static string? Word(HttpContext context, string name) =>
        context.Request.Query[name].ToString() is { Length: > 0 } word && !string.IsNullOrWhiteSpace(word) ? word : null;

    private static void Answer(HttpContext context, int status) => context.Response.StatusCode = status;

    private static async Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, InstanceJson.Options))
            write(writer);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static Task ErrorAsync(HttpContext context, int status, ErrorBody body) => WriteAsync(context, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("Message", body.Message);
        if (body.ExceptionType is not null)
        {
            writer.WriteString("ExceptionMessage", body.ExceptionMessage);
            writer.WriteString("ExceptionType", body.ExceptionType);
            writer.WriteString("StackTrace", body.StackTrace);
        }

        writer.WriteEndObject();
    });

    private static Task TextAsync(HttpContext context, int status, string text) =>
        WriteAsync(context, status, writer => writer.WriteStringValue(text));

    private async Task RouteAsync(HttpContext context, string[] path)
    {
        if (Word(context, "taskHub") is { } hub && !Is(hub, engine.Options.HubName))
        {
            Answer(context, StatusCodes.Status404NotFound);
            return;
        }

        if (Word(context, "connection") is { } connection && !Is(connection, "Storage") && !Is(connection, "AzureWebJobsStorage"))
        {
            throw new InvalidOperationException($"There is no connection '{connection}'.");
        }

        var method = context.Request.Method;
        var isInstances = Is(path[0], "instances");
        await ((method, path.Length) switch
        {
            ("GET", 1) when isInstances => ListAsync(context),
            ("DELETE", 1) when isInstances => PurgeAllAsync(context),
            ("GET", 2) when isInstances => StatusAsync(context, path[1]),
            ("DELETE", 2) when isInstances => PurgeAsync(context, path[1]),
            ("POST", 4) when isInstances && Is(path[2], "raiseEvent") => RaiseEventAsync(context, path[1], path[3]),
            ("POST", 3) when isInstances && Is(path[2], "terminate") => TerminateAsync(context, path[1]),
            ("POST", 3) when isInstances && Is(path[2], "suspend") => SuspendAsync(context, path[1]),
            ("POST", 3) when isInstances && Is(path[2], "resume") => ResumeAsync(context, path[1]),
            ("POST", 2 or 3) when Is(path[0], "orchestrators") => StartAsync(context, path[1], path.Length == 3 ? path[2] : null),
            _ => NotFoundAsync(context),
        }).ConfigureAwait(false);
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        Answer(context, StatusCodes.Status404NotFound);
        return Task.CompletedTask;
    }

    private async Task StatusAsync(HttpContext context, string id)
    {
        if (engine.FindWithHistory(id) is not { } found)
        {
            Answer(context, StatusCodes.Status404NotFound);
            return;
        }

        await WriteStatusAsync(context, found.Row, found.History).ConfigureAwait(false);
    }

    private Task WriteStatusAsync(HttpContext context, InstanceRow row, List<HistoryEvent> history)
    {
        var status = StatusCodes.Status200OK;
        if (!row.IsOver)
        {
            status = StatusCodes.Status202Accepted;
            context.Response.Headers.Location = context.Request.GetEncodedUrl();
            context.Response.Headers.RetryAfter = "5";
        }
        else if (row.Status == OrchestrationRuntimeStatus.Failed && Flag(context, "returnInternalServerErrorOnFailure") == true)
        {
            status = StatusCodes.Status500InternalServerError;
        }

        var showHistory = Flag(context, "showHistory") == true && row.Status != OrchestrationRuntimeStatus.Pending;
        var showInput = Flag(context, "showInput") != false;
        var view = new HistoryView(showInput, showInput && hostJson.StoreInputsInHistory, Flag(context, "showHistoryOutput") == true);
        return WriteAsync(context, status, writer => InstanceJson.Write(writer, row, showInput, showHistory ? history : null, view));
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var top = int.TryParse(query["top"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? Math.Min(n, int.MaxValue - 1) : int.MaxValue - 1;
        string? after;
        try
        {
            after = InstancePages.IdOf(context.Request.Headers[ContinuationHeader]);
        }
        catch (FormatException e)
        {
            await ErrorAsync(context, 400, ErrorBody.Of("Invalid continuation token", e.Message, e.GetType())).ConfigureAwait(false);
            return;
        }

        var rows = engine.List(Filter(query) with { IdPrefix = query["instanceIdPrefix"] }, after, top + 1, withData: true);
        if (rows.Count > top)
        {
            rows.RemoveRange(top, rows.Count - top);
            context.Response.Headers[ContinuationHeader] = InstancePages.TokenAfter(rows.Count > 0 ? rows[^1].Id : after ?? BeforeAny);
        }

        await WriteAsync(context, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartArray();
            foreach (var row in rows)
                InstanceJson.Write(writer, row, showInput: true);
            writer.WriteEndArray();
        }).ConfigureAwait(false);
    }

    private static InstanceFilter Filter(IQueryCollection query) => new(Time(query["createdTimeFrom"]), Time(query["createdTimeTo"]))
    {
        Statuses =
        [
            .. query["runtimeStatus"].SelectMany(s => (s ?? string.Empty).Split(','))
                .Where(s => Enum.GetNames<OrchestrationRuntimeStatus>().Contains(s, StringComparer.Ordinal))
                .Select(Enum.Parse<OrchestrationRuntimeStatus>),
        ],
    };

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;

    private async Task PurgeAsync(HttpContext context, string id)
    {
        var (result, count) = await engine.PurgeAsync(id, recursive: false, context.RequestAborted).ConfigureAwait(false);
        switch (result.Outcome)
        {
            case ControlOutcome.Accepted:
                await DeletedAsync(context, count).ConfigureAwait(false);
                break;
            case ControlOutcome.WrongState:
                await TextAsync(
                    context,
                    StatusCodes.Status412PreconditionFailed,
                    $"Only orchestrations in a terminal state can be purged, but the orchestration with instance ID {id} has status {result.Status}")
                    .ConfigureAwait(false);
                break;
            default:
                Answer(context, StatusCodes.Status404NotFound);
                break;
        }
    }

    private async Task PurgeAllAsync(HttpContext context)
    {
        var filter = Filter(context.Request.Query);
        if (filter.CreatedFrom is null)
        {
            await TextAsync(context, StatusCodes.Status400BadRequest, "Please provide value for 'createdTimeFrom' parameter.").ConfigureAwait(false);
            return;
        }

        var count = await engine.PurgeAllAsync(filter, recursive: false, context.RequestAborted).ConfigureAwait(false);
        if (count == 0)
            Answer(context, StatusCodes.Status404NotFound);
        else
            await DeletedAsync(context, count).ConfigureAwait(false);
    }

    private static Task DeletedAsync(HttpContext context, int count) => WriteAsync(context, StatusCodes.Status200OK, writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("instancesDeleted", count);
        writer.WriteEndObject();
    });

    private async Task RaiseEventAsync(HttpContext context, string id, string name)
    {
        // Who is not there, or no longer, is said before the content is looked at.
        var target = engine.Find(id);
        if (target is null or { IsOver: true })
        {
            Answer(context, target is null ? StatusCodes.Status404NotFound : StatusCodes.Status410Gone);
            return;
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
        {
            await ErrorAsync(context, 400, new ErrorBody("Only application/json request content is supported")).ConfigureAwait(false);
            return;
        }

        if (await JsonAsync(context, await ReadAsync(context).ConfigureAwait(false)).ConfigureAwait(false) is { } body)
            Answer(context, await engine.RaiseEventAsync(target.Id, name, body, context.RequestAborted).ConfigureAwait(false));
    }

    private static async Task<string> ReadAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        return await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The text without white space, which must be JSON; null: it is not, and the request is answered.</summary>
    private static async Task<string?> JsonAsync(HttpContext context, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return InstanceJson.Text(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second: a text with half a surrogate pair.
            await ErrorAsync(context, 400, ErrorBody.Of(InvalidJson, e.Message, e.GetType())).ConfigureAwait(false);
            return null;
        }
    }

    private async Task TerminateAsync(HttpContext context, string id) =>
        Answer(context, await engine.TerminateAsync(id, Reason(context), recursive: false, context.RequestAborted).ConfigureAwait(false));

    private async Task SuspendAsync(HttpContext context, string id) => await PausedAsync(
        context, "suspend", id, await engine.SuspendAsync(id, Reason(context), context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private async Task ResumeAsync(HttpContext context, string id) => await PausedAsync(
        context, "resume", id, await engine.ResumeAsync(id, Reason(context), context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private static Task PausedAsync(HttpContext context, string order, string id, ControlResult result)
    {
        if (result.Outcome == ControlOutcome.WrongState)
        {
            return ErrorAsync(context, 500, ErrorBody.Of(
                Wrong,
                $"Cannot {order} the orchestration instance {id} because instance is in the {result.Status} state.",
                typeof(InvalidOperationException)));
        }

        Answer(context, result);
        return Task.CompletedTask;
    }

    private static string? Reason(HttpContext context) => context.Request.Query.TryGetValue("reason", out var reason) ? reason.ToString() : null;

    private static void Answer(HttpContext context, ControlResult result) => Answer(context, result.Outcome switch
    {
        ControlOutcome.Accepted => StatusCodes.Status202Accepted,
        ControlOutcome.NotFound => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status410Gone,
    });

    private async Task StartAsync(HttpContext context, string name, string? id)
    {
        var body = await ReadAsync(context).ConfigureAwait(false);
        var input = body.Length > 0 ? await JsonAsync(context, body).ConfigureAwait(false) : null;
        if (body.Length > 0 && input is null)
            return;

        id ??= Guid.NewGuid().ToString("N");
        var result = await engine.StartInstanceAsync(new StartRequest(name, id, input), null, context.RequestAborted).ConfigureAwait(false);
        if (result.Outcome != ControlOutcome.Accepted)
        {
            await ErrorAsync(
                context, 409, new ErrorBody($"An Orchestration instance with the status {result.Status} already exists.")).ConfigureAwait(false);
            return;
        }

        if (Seconds(context, "timeout") is { } timeout && Seconds(context, "pollingInterval") is not null
            && await WaitAsync(id, timeout, context.RequestAborted).ConfigureAwait(false) is { } ended)
        {
            if (ended.Status == OrchestrationRuntimeStatus.Completed)
                await WriteAsync(context, 200, writer => InstanceJson.WriteValue(writer, ended.Output)).ConfigureAwait(false);
            else
                await WriteStatusAsync(context, ended, []).ConfigureAwait(false);
            return;
        }

        await StartedAsync(context, id).ConfigureAwait(false);
    }

    private static TimeSpan? Seconds(HttpContext context, string name) =>
        double.TryParse(context.Request.Query[name], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and < 1e6
            ? TimeSpan.FromSeconds(value)
            : null;

    private async Task<InstanceRow?> WaitAsync(string id, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await engine.WaitAsync(id, row => row.IsOver, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
    }

    private Task StartedAsync(HttpContext context, string id)
    {
        var request = context.Request;
        var instance = $"{request.Scheme}://{request.Host}{Base}/instances/{Uri.EscapeDataString(id)}";
        var query = $"taskHub={Uri.EscapeDataString(engine.Options.HubName)}&connection=Storage&code={Uri.EscapeDataString(keys.Extension)}";
        context.Response.Headers.Location = $"{instance}?{query}";
        context.Response.Headers.RetryAfter = "10";
        return WriteAsync(context, StatusCodes.Status202Accepted, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", id);
            writer.WriteString("statusQueryGetUri", $"{instance}?{query}");
            writer.WriteString("sendEventPostUri", $"{instance}/raiseEvent/{{eventName}}?{query}");
            writer.WriteString("terminatePostUri", $"{instance}/terminate?reason={{text}}&{query}");
            writer.WriteString("purgeHistoryDeleteUri", $"{instance}?{query}");
            writer.WriteString("restartPostUri", $"{instance}/restart?{query}");
            writer.WriteString("suspendPostUri", $"{instance}/suspend?reason={{text}}&{query}");
            writer.WriteString("resumePostUri", $"{instance}/resume?reason={{text}}&{query}");
            writer.WriteEndObject();
        });
    }
}
