using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Compute;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Identity;
using Shellbox.AzureSimulator.Network;
using Shellbox.AzureSimulator.Operations;
using Shellbox.AzureSimulator.ResourceGraph;
using Shellbox.AzureSimulator.Resources;
using Shellbox.AzureSimulator.Tags;
using Shellbox.AzureSimulator.Throttling;

namespace Shellbox.AzureSimulator.Hosting;

/// <summary>
/// What every request goes through, in the order in which Azure looks at it: the token, the api-version, the subscription and
/// resource group, the limits; then the injected faults, the service's own latency, and the handler.
/// </summary>
internal sealed partial class ArmPipeline(SimulatedCloud cloud, TokenIssuer tokens, RequestLog log, CancellationToken stopping)
{
    private readonly Throttle _throttle = new(cloud.Clock);
    private readonly InstanceFaults _instances = new(cloud);
    private readonly ILogger _logger = cloud.Logger;

    public void Map(WebApplication app)
    {
        IEnumerable<ArmRoute> routes =
        [
            .. new ResourceGroupRequests(cloud).Routes(),
            .. new VirtualMachineRequests(cloud).Routes(),
            .. new DiskRequests(cloud).Routes(),
            .. new NetworkInterfaceRequests(cloud).Routes(),
            .. new TagRequests(cloud).Routes(),
            .. new OperationRequests(cloud).Routes(),
            .. new ResourceGraphRequests(cloud).Routes(),
        ];
        foreach (var route in routes)
            app.MapMethods(route.Template, [route.Method], (RequestDelegate)(http => RunAsync(http, route)));
        new SimulatorRequests(cloud, tokens, log, _instances).Map(app);
        app.MapFallback("{**path}", (RequestDelegate)(http => RunAsync(http, null)));
    }

    private async Task RunAsync(HttpContext http, ArmRoute? route)
    {
        var started = Stopwatch.GetTimestamp();
        var time = cloud.Clock.Now;
        var requestId = Guid.NewGuid().ToString();
        var resource = route is null ? "" : ArmRoute.ResourceOf(http.Request.RouteValues);
        var content = await ReadAsync(http);
        http.Response.Headers["x-ms-request-id"] = requestId;
        http.Response.Headers["x-ms-correlation-request-id"] = requestId;
        if (http.Request.Headers["x-ms-client-request-id"] is { Count: > 0 } client)
            http.Response.Headers["x-ms-client-request-id"] = client;

        string? code = null;
        var answered = false;
        try
        {
            var answer = await AnswerAsync(http, route, resource, content, requestId);
            if (answer is not null)
            {
                foreach (var (name, value) in answer.Headers)
                    http.Response.Headers[name] = value;
                answered = true;
                await JsonResponse.WriteAsync(http, answer.Status, answer.Body);
            }
        }
        catch (ArmException e)
        {
            code = e.Error.Code;
            answered = true;
            await RefuseAsync(http, e.Error);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // The client went away, or the simulator stops: there is nobody to answer.
            http.Abort();
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            Logs.RequestBroke(_logger, e, http.Request.Method, http.Request.Path);
            code = "InternalServerError";
            answered = true;
            await RefuseAsync(http, new ArmError(500, code, "The simulator broke: " + e.Message));
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            var status = answered ? http.Response.StatusCode : 0;
            log.Add(
                new RequestRecord
                {
                    RequestId = requestId,
                    Time = time,
                    Method = http.Request.Method,
                    Path = http.Request.Path,
                    Query = http.Request.QueryString.ToString(),
                    Operation = route?.OperationId ?? "",
                    Resource = resource,
                    Body = Encoding.UTF8.GetString(content),
                    Status = status,
                    Code = code,
                    Elapsed = elapsed,
                    FaultId = cloud.Faults.HitBy(requestId),
                }
            );
            LogRequest(http.Request.Method, http.Request.Path, status, code, elapsed.TotalMilliseconds);
        }
    }

    /// <summary>The answer, or null when the connection is to be cut.</summary>
    private async Task<ArmResponse?> AnswerAsync(HttpContext http, ArmRoute? route, string resource, byte[] content, string requestId)
    {
        tokens.Check(http.Request.Headers.Authorization);
        if (route is null)
            throw NotSimulated(http);
        var call = new ArmCall(http, route, cloud, content, requestId);
        route.ApiVersions.Check(call.Query("api-version"), cloud.Location);
        CheckScope(call);
        if (cloud.Options.Throttling)
        {
            // Polls count against the VM or disk whose operation they ask for, not against the operation.
            var subject = route.Kind == RequestKind.OperationStatus ? cloud.Operations.Find(resource)?.ResourceId ?? resource : resource;
            foreach (var (name, value) in _throttle.Take(route, subject))
                http.Response.Headers[name] = value;
        }

        var fault = cloud.Faults.Take(ofOperation: false, route.OperationId, resource, requestId, isRead: route.Kind == RequestKind.Read);
        if (fault is not null && await InjectFaultAsync(fault, call) is { } early)
            return early.Answer;

        await cloud.Clock.DelayAsync(Latency(route, resource), http.RequestAborted);
        var answer = await route.Handler(call);
        if (fault?.Source.Effect == FaultEffect.DropAnswer)
        {
            http.Abort();
            return null;
        }

        return answer;
    }

    private sealed record EarlyResponse(ArmResponse? Answer);

    /// <summary>Injects a fault into a call; null when the call is to be carried out.</summary>
    private async Task<EarlyResponse?> InjectFaultAsync(OperationFault fault, ArmCall call)
    {
        var source = fault.Source;
        switch (source.Effect)
        {
            case FaultEffect.FailCall:
                throw new ArmException(new ArmError(source.Status, source.Code, source.Message) { RetryAfter = source.Delay });
            case FaultEffect.ExpireToken:
                throw tokens.Refused("The access token expiry UTC time is in the past.", "ExpiredAuthenticationToken");
            case FaultEffect.DelayCall:
                await cloud.Clock.DelayAsync(source.Delay ?? TimeSpan.Zero, call.Cancelled);
                return null;
            case FaultEffect.HangCall:
                using (var gone = CancellationTokenSource.CreateLinkedTokenSource(call.Cancelled, stopping))
                    await OperationTimeline.HangAsync(fault.Released, gone.Token);
                return null;
            case FaultEffect.DropCall:
                call.Http.Abort();
                return new EarlyResponse(null);
            case FaultEffect.CrashInstance or FaultEffect.RefuseSsh or FaultEffect.KillQemu:
                await _instances.InjectAsync(source.Effect, call);
                return null;
            case FaultEffect.StaleRead:
                return StaleBody(call) is { } body ? new EarlyResponse(ArmResponse.Resource(body)) : null;
            default:
                return null;
        }
    }

    private JsonObject? StaleBody(ArmCall call)
    {
        lock (cloud.Store.Gate)
        {
            return
                call.Route.Kind == RequestKind.Read
                && cloud.Store.FindAny(call.Http.Request.Path.Value ?? "") is { PreviousBody: { } before }
                ? (JsonObject)before.DeepClone()
                : null;
        }
    }

    private void CheckScope(ArmCall call)
    {
        var subscription = call.Value("subscription");
        if (subscription.Length > 0 && !string.Equals(subscription, cloud.Ids.Subscription, StringComparison.OrdinalIgnoreCase))
            throw ArmErrors.SubscriptionNotFound(subscription);
        if (call.ResourceGroup.Length == 0 || call.Route.OperationId.StartsWith("ResourceGroups_", StringComparison.Ordinal))
            return;
        lock (cloud.Store.Gate)
            cloud.ResourceGroup(call.ResourceGroup);
    }

    private TimeSpan Latency(ArmRoute route, string resource) =>
        route.Kind switch
        {
            RequestKind.Tags => TimeSpan.Zero,
            RequestKind.ResourceGraph => cloud.Latency.ResourceGraphQuery(),
            RequestKind.Write or RequestKind.Delete or RequestKind.Action => cloud.Latency.Accept(resource),
            _ => cloud.Latency.Read(resource),
        };

    private async Task RefuseAsync(HttpContext http, ArmError error)
    {
        foreach (var (name, value) in error.Headers)
            http.Response.Headers[name] = value;
        if (error.RetryAfter is { } wait)
        {
            foreach (var (name, value) in ArmCall.RetryAfterHeaders(cloud, wait))
                http.Response.Headers[name] = value;
        }

        http.Response.Headers["x-ms-failure-cause"] = error.Status == 429 ? "gateway" : "service";
        await JsonResponse.WriteAsync(http, error.Status, new JsonObject { ["error"] = error.ToJson() });
    }

    private static ArmException NotSimulated(HttpContext http)
    {
        var parts = http.Request.Path.Value?.Split('/') ?? [];
        var at = Array.FindLastIndex(parts, p => p.Equals("providers", StringComparison.OrdinalIgnoreCase));
        return at >= 0 && at + 2 < parts.Length
            ? ArmErrors.Of(
                404,
                "InvalidResourceType",
                $"The resource type '{parts[at + 2]}' could not be found in the namespace '{parts[at + 1]}' for api version "
                    + $"'{http.Request.Query["api-version"]}', or '{http.Request.Method}' is not simulated for it."
            )
            : ArmErrors.Of(404, "NotFound", $"'{http.Request.Method} {http.Request.Path}' is not simulated.");
    }

    private static async Task<byte[]> ReadAsync(HttpContext http)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }

    [LoggerMessage(100, LogLevel.Debug, "{Method} {Path} -> {Status} {Code} in {Milliseconds:F0} ms")]
    private partial void LogRequest(string method, string path, int status, string? code, double milliseconds);
}
