using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Operations;

/// <summary>The operation resources that clients poll: the status, and with <c>monitor=true</c> the result.</summary>
internal sealed class OperationRequests(SimulatedCloud cloud)
{
    public IEnumerable<ArmRoute> Routes()
    {
        const string At = "/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/";
        foreach (var collection in new[] { "operations", "DiskOperations" })
            yield return new(
                "Operations_Get",
                "GET " + At + collection + "/{operation}",
                ApiVersions.ComputeOperations,
                RequestKind.OperationStatus,
                Get
            );
    }

    private Task<ArmResponse> Get(ArmCall call)
    {
        var id = call.Value("operation");
        var operation = cloud.Operations.Find(id) ?? throw ArmErrors.Of(404, "NotFound", $"The entity was not found: operation '{id}'.");
        return Task.FromResult(call.Query("monitor") == "true" ? Result(call, operation) : Status(call, operation));
    }

    private static ArmResponse Status(ArmCall call, LongRunningOperation operation)
    {
        var running = operation.IsRunning;
        var answer = ArmResponse.Ok(operation.Render());
        if (running)
            call.RetryAfter(answer, operation.RetryAfter);
        return answer;
    }

    private static ArmResponse Result(ArmCall call, LongRunningOperation operation)
    {
        if (operation.IsRunning)
        {
            var answer = new ArmResponse(202).With("Location", call.BaseUri + call.Http.Request.Path + call.Http.Request.QueryString);
            call.RetryAfter(answer, operation.RetryAfter);
            return answer;
        }

        if (operation.Error is { } error)
            throw new ArmException(error);
        var result = operation.Result();
        return result is JsonObject resource ? ArmResponse.Resource(resource) : ArmResponse.NoContent();
    }
}
