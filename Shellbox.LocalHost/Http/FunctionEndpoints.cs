using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging;
using Shellbox.LocalHost.Functions;

namespace Shellbox.LocalHost.Http;

/// <summary>The endpoints of the HTTP functions, with their keys.</summary>
internal sealed partial class FunctionEndpoints(JobHost jobs, HostKeys keys, ILogger logger)
{
    /// <param name="functions">All functions of the app.</param>
    /// <param name="methods">Their methods.</param>
    /// <param name="routePrefix">host.json's.</param>
    /// <exception cref="FormatException">Some routes cannot be used; the message names them all.</exception>
    public IReadOnlyList<Endpoint> Build(IReadOnlyList<FunctionDefinition> functions, IReadOnlyList<MethodInfo> methods, string routePrefix)
    {
        var endpoints = new List<Endpoint>();
        var faults = new List<string>();
        foreach (var (function, method) in functions.Zip(methods))
        {
            if (!function.HasTrigger("httpTrigger"))
                continue;
            var route = function.TriggerProperty("route") is { Length: > 0 } own ? own : function.Name;
            try
            {
                var pattern = RoutePatternFactory.Parse($"{routePrefix.Trim('/')}/{route.TrimStart('/')}".TrimStart('/'));
                endpoints.Add(Endpoint(function, method, pattern));
            }
            catch (RoutePatternException e)
            {
                faults.Add($"The route '{route}' of the function '{function.Name}' cannot be used: {e.Message}");
            }
        }

        return faults.Count == 0 ? endpoints : throw new FormatException(string.Join("\n", faults));
    }

    private Endpoint Endpoint(FunctionDefinition function, MethodInfo method, RoutePattern pattern)
    {
        var level = function.TriggerProperty("authLevel") ?? "Function";
        var builder = new RouteEndpointBuilder(context => AnswerAsync(context, function, method, level), pattern, order: 0)
        {
            DisplayName = function.Name,
        };
        if (function.Methods.Count > 0)
            builder.Metadata.Add(new HttpMethodMetadata(function.Methods));
        return builder.Build();
    }

    private async Task AnswerAsync(HttpContext context, FunctionDefinition function, MethodInfo method, string level)
    {
        if (!IsOpen(function.Name, level, PresentedKey.Of(context.Request)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            var call = new Dictionary<string, object> { [function.TriggerName] = new HttpCall(context) };
            await jobs.CallAsync(method, call, context.RequestAborted);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has left; nobody reads an answer.
        }
        catch (Exception e)
        {
            // The SDK has logged a failed function with its stack.
            if (e is not FunctionInvocationException)
                LogFailed(function.Name, e);
            if (context.Response.HasStarted)
                context.Abort();
            else
                Fail(context);
        }

        // The forwarder's own way to say that the worker could not be reached.
        if (
            !context.Response.HasStarted
            && context.Response.StatusCode is StatusCodes.Status502BadGateway
            && context.Items.ContainsKey(RequestForwarder.NotDelivered)
        )
        {
            Fail(context);
        }
    }

    private bool IsOpen(string function, string level, string? key) =>
        level.ToUpperInvariant() switch
        {
            "ANONYMOUS" => true,
            "ADMIN" => keys.IsMaster(key),
            _ => keys.OpensFunction(function, key),
        };

    private static void Fail(HttpContext context)
    {
        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
    }

    [LoggerMessage(921, LogLevel.Error, "The request for {Function} could not be served")]
    private partial void LogFailed(string function, Exception exception);
}
