using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Shellbox.Tests.App;

public static class HttpFunctions
{
    [Function(nameof(Echo))]
    public static IActionResult Echo(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "echo/{id:int}/{name?}")] HttpRequest request,
        int id,
        string? name
    ) =>
        new OkObjectResult(
            new
            {
                id,
                name,
                method = request.Method,
                query = request.Query["q"].ToArray(),
                header = request.Headers["x-test"].ToString(),
                host = request.Host.ToString(),
                scheme = request.Scheme,
                pid = Environment.ProcessId,
            }
        );

    [Function(nameof(Length))]
    public static async Task<IActionResult> Length([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return new OkObjectResult(body.Length);
    }

    [Function(nameof(AnyMethod))]
    public static IActionResult AnyMethod([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) =>
        new OkObjectResult(request.Method);

    [Function(nameof(ForUsers))]
    public static IActionResult ForUsers([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request) =>
        new OkObjectResult("users");

    [Function(nameof(ForAdministrators))]
    public static IActionResult ForAdministrators([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) =>
        new OkObjectResult("administrators");

    [Function(nameof(Throws))]
    public static IActionResult Throws([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) =>
        throw new InvalidDataException("as it was asked to");

    [Function(nameof(ThrowsLate))]
    public static async Task ThrowsLate([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        await request.HttpContext.Response.WriteAsync("the beginning");
        await request.HttpContext.Response.Body.FlushAsync();
        throw new InvalidDataException("as it was asked to");
    }

    [Function(nameof(FailsEarly))]
    public static IActionResult FailsEarly([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => new OkResult();

    /// <summary>Two pieces, the second when the test says so: a host that collects the answer first never gets there.</summary>
    [Function(nameof(Streams))]
    public static async Task Streams(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        await request.HttpContext.Response.WriteAsync("one ", cancellationToken);
        await request.HttpContext.Response.Body.FlushAsync(cancellationToken);
        await Record.WaitAsync("stream", cancellationToken);
        await request.HttpContext.Response.WriteAsync("two", cancellationToken);
    }

    /// <summary>Waits for its caller to leave, or for the host to cancel it.</summary>
    [Function(nameof(Waits))]
    public static async Task<IActionResult> Waits(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        Record.Write("waits", "begun");
        try
        {
            await Record.WaitAsync("wait", cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Record.Write("waits", "cancelled");
            throw;
        }

        return new OkObjectResult("waited");
    }

    [Function(nameof(Dies))]
    public static IActionResult Dies([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request)
    {
        Process.GetCurrentProcess().Kill();
        return new OkResult();
    }
}
