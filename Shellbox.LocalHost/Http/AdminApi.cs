using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host;
using Shellbox.LocalHost.Functions;

namespace Shellbox.LocalHost.Http;

/// <summary>
/// What the official host has below <c>admin/</c> and operators use: the host's state, and running a timer or queue function by hand. It
/// takes the master key.
/// </summary>
internal sealed class AdminApi(JobHost jobs, HostKeys keys, string hostId, TimeProvider time)
{
    private readonly DateTimeOffset _started = time.GetUtcNow();

    public IReadOnlyList<Endpoint> Build(IReadOnlyList<FunctionDefinition> functions, IReadOnlyList<MethodInfo> methods) =>
        [
            Endpoint(
                "GET",
                "admin/host/status",
                context =>
                    context.Response.WriteAsJsonAsync(
                        new
                        {
                            id = hostId,
                            state = "Running",
                            functions = functions.Count,
                            processUptime = (long)(time.GetUtcNow() - _started).TotalMilliseconds,
                        },
                        context.RequestAborted
                    )
            ),
            Endpoint("POST", "admin/functions/{name}", context => RunAsync(context, functions, methods)),
        ];

    /// <summary>
    /// Answers 202 as soon as the function is under way, as the official host does; <c>?wait=true</c>: when it has ended, 500 if it failed.
    /// </summary>
    private async Task RunAsync(HttpContext context, IReadOnlyList<FunctionDefinition> functions, IReadOnlyList<MethodInfo> methods)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        var number = functions.ToList().FindIndex(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (number < 0)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var function = functions[number];
        if (!function.HasTrigger("timerTrigger") && !function.HasTrigger("queueTrigger"))
        {
            await RefuseAsync(
                context,
                $"{function.Name} has a '{function.TriggerType}'; only timer and queue functions are run like this."
            );
            return;
        }

        string input;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            input = body.RootElement.TryGetProperty("input", out var value)
                ? value.ValueKind is JsonValueKind.String
                    ? value.GetString()!
                    : value.GetRawText()
                : "";
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            await RefuseAsync(context, "The body is a JSON object: {\"input\": \"...\"}, or {} for a timer.");
            return;
        }

        var argument = function.HasTrigger("timerTrigger")
            ? (object)new TimerInfo(new Microsoft.Azure.WebJobs.Extensions.Timers.ConstantSchedule(TimeSpan.FromDays(1)), null, false)
            : input;
        var running = jobs.CallAsync(
            methods[number],
            new Dictionary<string, object> { [function.TriggerName] = argument },
            CancellationToken.None
        );
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        if (context.Request.Query["wait"] != "true")
            return;
        try
        {
            await running;
            context.Response.StatusCode = StatusCodes.Status200OK;
        }
        catch (FunctionInvocationException e)
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            await context.Response.WriteAsJsonAsync(
                new { message = (e.InnerException as FunctionFailedException)?.Reason ?? e.Message },
                context.RequestAborted
            );
        }
    }

    private static Task RefuseAsync(HttpContext context, string message)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return context.Response.WriteAsJsonAsync(new { message }, context.RequestAborted);
    }

    private RouteEndpoint Endpoint(string method, string path, RequestDelegate answer) =>
        new(
            context =>
            {
                if (keys.IsMaster(PresentedKey.Of(context.Request)))
                    return answer(context);
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            },
            RoutePatternFactory.Parse(path),
            0,
            new EndpointMetadataCollection(new HttpMethodMetadata([method])),
            path
        );
}
