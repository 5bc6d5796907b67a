using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.WebJobs;

namespace Shellbox.LocalHost.Http;

/// <summary>The HTTP management API of orchestrations: the Durable extension's own, behind the host's keys.</summary>
internal sealed class ManagementApi(HostKeys keys, IAsyncConverter<HttpRequestMessage, HttpResponseMessage> extension)
{
    /// <summary>Where it lies, below the host's address.</summary>
    public const string Path = "runtime/webhooks/durabletask";

    public Endpoint Endpoint =>
        new RouteEndpoint(
            AnswerAsync,
            RoutePatternFactory.Parse(Path + "/{**rest}"),
            0,
            EndpointMetadataCollection.Empty,
            "Durable management API"
        );

    private async Task AnswerAsync(HttpContext context)
    {
        switch (keys.OpensManagement(PresentedKey.Of(context.Request)))
        {
            case ManagementAccess.Forbidden:
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            case ManagementAccess.Unknown:
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "Bearer";
                return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.GetEncodedUrl());
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
                request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
            if (context.Request.ContentType is { } type)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await extension.ConvertAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (
            var (name, values) in response.Headers.Concat(
                response.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()
            )
        )
        {
            // How the body is cut on its way is this server's matter.
            if (name != "Transfer-Encoding")
                context.Response.Headers[name] = values.ToArray();
        }

        if (response.Content is not null)
            await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
