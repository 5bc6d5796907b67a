using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Shellbox.Embedded.Hosting.Functions;
using Shellbox.Embedded.Hosting.Queues;
using Shellbox.Embedded.Hosting.Settings;
using Shellbox.Embedded.Worker;

namespace Shellbox.Embedded.Hosting.Http;

/// <summary>Answers every request: a function's, the management API's, or 404.</summary>
internal sealed class HttpDispatcher(
    FunctionCatalog catalog,
    FunctionKeys keys,
    HostJson hostJson,
    ManagementApi management,
    QueueOutput output,
    IInlineConstraintResolver constraints,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILoggerFactory loggers)
{
    private readonly Lazy<FunctionRoute[]> routes = new(() =>
    [
        .. catalog.Of(FunctionKind.Http)
            .Select(f => new FunctionRoute(f, hostJson.RoutePrefix, constraints))
            .OrderBy(r => r.Precedence),
    ]);

    private readonly ILogger logger = loggers.CreateLogger("Host.Http");

    /// <summary>Builds the routes, so that a wrong one stops the start.</summary>
    public void Prepare() => _ = routes.Value;

    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(ManagementApi.Base, StringComparison.OrdinalIgnoreCase, out var rest))
        {
            await management.HandleAsync(context, rest).ConfigureAwait(false);
            return;
        }

        foreach (var route in routes.Value)
        {
            if (route.Match(context) is { } values)
            {
                await RunAsync(context, route, values).ConfigureAwait(false);
                return;
            }
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <summary>What parameters are bound to by name: the query's values (the last of repeated ones), and over them the route's.</summary>
    private static Dictionary<string, object?> BindingData(HttpRequest request, RouteValueDictionary values)
    {
        var query = request.Query.ToDictionary(q => q.Key, q => q.Value.Count > 0 ? q.Value[^1] : null);
        var data = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["Query"] = JsonSerializer.Serialize(query),
            ["Headers"] = JsonSerializer.Serialize(request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString())),
        };
        foreach (var (name, value) in query)
            data[name] = value;
        foreach (var (name, value) in values)
            data[name] = value;
        return data;
    }

    private bool IsAllowed(FunctionRoute route, HttpRequest request) => route.Trigger.AuthLevel switch
    {
        AuthorizationLevel.Anonymous or AuthorizationLevel.User => true,
        AuthorizationLevel.Function => keys.OpensFunction(route.Invoker.Function.Name, PresentedKey.Of(request)),
        _ => keys.IsMaster(PresentedKey.Of(request)),
    };

    private async Task RunAsync(HttpContext context, FunctionRoute route, RouteValueDictionary values)
    {
        if (!IsAllowed(route, context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        if (context.Request.ContentLength > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize)
        {
            // Whether the function reads the body or not: the official host has taken it in before.
            context.Response.Headers.Connection = "close";
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Request.RouteValues = values;
        context.Features.Set<IRoutingFeature>(new RoutingFeature { RouteData = new RouteData(values) });
        var function = route.Invoker.Function;
        using var timeout = new CancellationTokenSource(hostJson.FunctionTimeout, time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping, timeout.Token);
        try
        {
            await route.Invoker.InvokeAsync(
                new InvocationInput(null, BindingData(context.Request, values), context),
                async (invocation, result) =>
                {
                    if (function.Output is not null)
                        await output.SendAsync(function, result, invocation.CancellationToken).ConfigureAwait(false);
                    await AnswerAsync(context, invocation, result).ConfigureAwait(false);
                    return true;
                },
                cancellation.Token).ConfigureAwait(false);
            logger.FunctionExecuted(function.Name, context.Request.Method, context.Request.Path, context.Response.StatusCode);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
#pragma warning disable CA1031 // Whatever the app's code throws is a 500.
        catch (Exception e)
#pragma warning restore CA1031
        {
            loggers.CreateLogger(function.LogCategory).FunctionFailed(e, function.Name, context.Request.Method, context.Request.Path);

            // The caller must see that the body is not whole: the server then closes the connection without an end of it. An abort would also
            // take back what is still on its way.
            if (context.Response.HasStarted)
                throw;
            Fail(context, e is OperationCanceledException && lifetime.ApplicationStopping.IsCancellationRequested
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status500InternalServerError);
        }
    }

    private static void Fail(HttpContext context, int status)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
    }

    /// <summary>Executes an action result or an <see cref="IResult"/>. As on the official host, any other value is not written.</summary>
    private static Task AnswerAsync(HttpContext context, Invocation invocation, object? result)
    {
        switch (result)
        {
            case IActionResult action:
                context.RequestServices = invocation.InstanceServices;
                return action.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor()));
            case IResult minimal:
                context.RequestServices = invocation.InstanceServices;
                return minimal.ExecuteAsync(context);
            default:
                return Task.CompletedTask;
        }
    }

    private sealed class RoutingFeature : IRoutingFeature
    {
        public RouteData? RouteData { get; set; }
    }
}
