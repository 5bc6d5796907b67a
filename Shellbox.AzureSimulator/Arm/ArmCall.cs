using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Arm;

/// <summary>A request on its way through the pipeline: authenticated, its api-version and resource group known to be good.</summary>
internal sealed class ArmCall(HttpContext http, ArmRoute route, SimulatedCloud cloud, byte[] content, string requestId)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public HttpContext Http { get; } = http;

    public ArmRoute Route { get; } = route;

    public CancellationToken Cancelled => Http.RequestAborted;

    public string ApiVersion => Query("api-version") ?? "";

    public string ResourceGroup => Value("resourceGroup");

    public string Name => Value("name");

    public string RequestId { get; } = requestId;

    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    public string Value(string name) => (string?)Http.GetRouteValue(name) ?? "";

    /// <summary>The body as an object.</summary>
    /// <exception cref="ArmException">400, when it is not one.</exception>
    public JsonObject Body()
    {
        try
        {
            var body =
                JsonNode.Parse(content, documentOptions: Strict) as JsonObject
                ?? throw ArmErrors.InvalidRequestContent("the body is not a JSON object");
            // Nodes are made lazily, and text that cannot be decoded would break whoever comes upon it first.
            Visit(body);
            return body;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ArmErrors.InvalidRequestContent(e.Message);
        }
    }

    public JsonObject? OptionalBody() => content.Length == 0 ? null : Body();

    /// <exception cref="ArmException">412, when <c>If-Match</c> or <c>If-None-Match</c> speaks of another version.</exception>
    public void CheckConditions(Resource? resource, string id)
    {
        var match = Http.Request.Headers.IfMatch.ToString();
        if (match.Length > 0 && (resource is null || (match != "*" && !Lists(match, resource.ETag))))
            throw ArmErrors.PreconditionFailed(id);
        var noneMatch = Http.Request.Headers.IfNoneMatch.ToString();
        if (noneMatch.Length > 0 && resource is not null && (noneMatch == "*" || Lists(noneMatch, resource.ETag)))
            throw ArmErrors.PreconditionFailed(id);
    }

    /// <summary>Creates the long-running operation that this request begins; an injected fault for it comes with it.</summary>
    public LongRunningOperation CreateOperation(string collection, string resourceId) =>
        cloud.Operations.Create(
            collection,
            Route.OperationId,
            resourceId,
            cloud.Faults.Take(ofOperation: true, Route.OperationId, ArmRoute.ResourceOf(Http.Request.RouteValues), RequestId)
        );

    /// <summary>
    /// The answer that begins a long-running operation. A PUT or PATCH of a VM names only the operation resource and has the VM
    /// read again at its own URL; everything else also has a <c>Location</c>, which gives the result.
    /// </summary>
    public ArmResponse Begin(LongRunningOperation operation, int status, JsonObject? body, bool withLocation)
    {
        var answer = body is null ? new ArmResponse(status) : ArmResponse.Resource(body, status);
        var at = OperationUri(operation.Path);
        answer.Headers["Azure-AsyncOperation"] = at;
        if (withLocation)
            answer.Headers["Location"] = at + "&monitor=true";
        RetryAfter(answer, operation.FirstRetryAfter);
        return answer;
    }

    /// <summary>
    /// Retry-After in whole seconds, as Azure sends it; on a scaled clock also in milliseconds, which the SDK clients prefer.
    /// </summary>
    public void RetryAfter(ArmResponse answer, TimeSpan simulated)
    {
        foreach (var (name, value) in RetryAfterHeaders(cloud, simulated))
            answer.Headers[name] = value;
    }

    public static IEnumerable<KeyValuePair<string, string>> RetryAfterHeaders(SimulatedCloud cloud, TimeSpan simulated)
    {
        var real = cloud.Clock.ToReal(simulated);
        yield return new("Retry-After", Math.Max(1, (int)Math.Ceiling(real.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        if (cloud.Clock.Scale > 1)
            yield return new("x-ms-retry-after-ms", Math.Max(1, (int)real.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
    }

    public string BaseUri => $"{Http.Request.Scheme}://{Http.Request.Host}";

    /// <summary>This request's URL with another position in the list.</summary>
    public string NextLink(string skipToken)
    {
        var query = Http
            .Request.Query.Where(q => q.Key != "$skiptoken" && q.Key != "$skipToken")
            .Select(q =>
                $"{Uri.EscapeDataString(q.Key).Replace("%24", "$", StringComparison.Ordinal)}={Uri.EscapeDataString(q.Value.ToString())}"
            );
        return $"{BaseUri}{Http.Request.Path}?{string.Join('&', query)}&$skiptoken={Uri.EscapeDataString(skipToken)}";
    }

    private static void Visit(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (_, member) in members)
                    Visit(member);
                break;
            case JsonArray entries:
                foreach (var entry in entries)
                    Visit(entry);
                break;
            case JsonValue value:
                value.TryGetValue<string>(out _);
                break;
        }
    }

    private string OperationUri(string path) => $"{BaseUri}{path}?p={cloud.Ids.Partition}&api-version={ApiVersion}";

    private static bool Lists(string header, string etag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(e => e == etag || e.Trim('"') == etag.Trim('"'));
}
