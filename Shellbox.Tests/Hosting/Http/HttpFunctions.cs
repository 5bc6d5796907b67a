using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Shellbox.Embedded.Worker;

namespace Shellbox.Tests.Hosting.Http;

/// <summary>HTTP functions of the tests of HTTP triggers. One instance a request; what they tell the test goes through <see cref="Probe"/>.</summary>
public sealed class HttpFunctions(HttpFunctions.Probe probe)
{
    [Function("PlainName")]
    public static IActionResult PlainName([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => new OkObjectResult(request.Method);

    [Function("Item")]
    public static IActionResult Item([HttpTrigger(AuthorizationLevel.Anonymous, "GET", "put", Route = "items/{id:int}")] HttpRequest request, int id) =>
        new OkObjectResult($"item {id + 1}");

    [Function("ItemNamed")]
    public static IActionResult Named([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/special")] HttpRequest request) =>
        new OkObjectResult("special");

    [Function("ItemDeleted")]
    public static IActionResult Deleted([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "items/{id}")] HttpRequest request, string id) =>
        new OkObjectResult($"deleted {id}");

    [Function("ByGuid")]
    public static IActionResult ByGuid([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "guid/{g:guid}")] HttpRequest request, Guid g) =>
        new OkObjectResult(g.ToString());

    [Function("ByWord")]
    public static IActionResult ByWord([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "word/{x:alpha:length(2,5)}")] HttpRequest request, string x) =>
        new OkObjectResult(x);

    [Function("Perhaps")]
    public static IActionResult Perhaps([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "perhaps/{a?}")] HttpRequest request, string? a) =>
        new OkObjectResult(a ?? "(null)");

    [Function("Rest")]
    public static IActionResult Rest([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rest/{*rest}")] HttpRequest request, string? rest) =>
        new OkObjectResult(rest ?? "(null)");

    [Function("Loose")]
    public static IActionResult Loose([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "loose/{id}")] HttpRequest request, int id) =>
        new OkObjectResult(id);

    [Function("Seen")]
    public static IActionResult Seen(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "seen/{name}")] HttpRequest request, FunctionContext context, string q) =>
        new OkObjectResult(JsonSerializer.Serialize(new
        {
            Path = request.Path.Value,
            Query = request.QueryString.Value,
            Values = request.Query["q"].ToArray(),
            Route = request.RouteValues.ToDictionary(v => v.Key, v => v.Value?.ToString()),
            Host = request.Host.Value,
            request.Scheme,
            Bound = q,
            Data = context.BindingContext.BindingData["name"],
            QueryData = context.BindingContext.BindingData["Query"],
            HasHeaders = ((string)context.BindingContext.BindingData["Headers"]!).Contains("\"X-One\":\"v1\"", StringComparison.Ordinal),
            Function = context.FunctionDefinition.Name,
        }));

    [Function("Answers")]
    public static object? Answers([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "answers/{kind}")] HttpRequest request, string kind) => kind switch
    {
        "text" => new OkObjectResult("text"),
        "object" => new OkObjectResult(new { FirstName = "Bob", Nothing = (string?)null, Url = "a&b" }),
        "null" => new OkObjectResult(null),
        "none" => new NoContentResult(),
        "problem" => new ObjectResult(new ProblemDetails { Title = "no", Status = 409 }) { StatusCode = 409 },
        "minimal" => Results.Text("hi", statusCode: 203),
        "nothing" => null,
        "plain" => "not written",
        _ => throw new InvalidOperationException("secret detail"),
    };

    [Function("Void")]
    public static Task Void([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Task.CompletedTask;

    [Function("Cut")]
    public static async Task Cut([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        await request.HttpContext.Response.WriteAsync("begun");
        await request.HttpContext.Response.Body.FlushAsync();
        throw new InvalidOperationException("secret detail");
    }

    [Function("Length")]
    public static async Task<IActionResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request)
    {
        var buffer = new byte[81920];
        var length = 0L;
        int read;
        while ((read = await request.Body.ReadAsync(buffer)) > 0)
            length += read;
        return new OkObjectResult(length);
    }

    [Function("Waits")]
    public async Task<IActionResult> Waits([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, CancellationToken cancellation)
    {
        probe.Entered.TrySetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        }
        finally
        {
            probe.Left.TrySetResult(request.HttpContext.RequestAborted.IsCancellationRequested);
        }

        return new OkResult();
    }

    [Function("Stuck")]
    public async Task<IActionResult> Stuck([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        probe.Entered.TrySetResult();
        await probe.Release.Task;
        return new OkResult();
    }

    public sealed class Probe
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether the request was aborted when the function was cancelled.</summary>
        public TaskCompletionSource<bool> Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
