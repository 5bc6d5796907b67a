using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Compute;
using Shellbox.AzureSimulator.Faults;
using Shellbox.AzureSimulator.Identity;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Hosting;

/// <summary>
/// The simulator's own requests, below <c>/simulator</c>: faults to inject, the requests that were seen, and faults of an
/// instance. They take the same token as Resource Manager, have no latency and no limits, and are not in the request log.
/// </summary>
internal sealed class SimulatorRequests(SimulatedCloud cloud, TokenIssuer tokens, RequestLog log, InstanceFaults instances)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public void Map(WebApplication app)
    {
        app.MapGet("/simulator/faults", http => AnswerAsync(http, ListFaultsAsync));
        app.MapPost("/simulator/faults", http => AnswerAsync(http, AddFaultAsync));
        app.MapDelete("/simulator/faults", http => AnswerAsync(http, RemoveFaultsAsync));
        app.MapDelete("/simulator/faults/{id:int}", http => AnswerAsync(http, RemoveFaultAsync));
        app.MapGet("/simulator/requests", http => AnswerAsync(http, ListRequestsAsync));
        app.MapGet("/simulator/instances/{name}", http => AnswerAsync(http, ShowInstanceAsync));
        app.MapPost("/simulator/instances/{name}/{action}", http => AnswerAsync(http, InjectAsync));
    }

    private Task<ArmResponse> ListFaultsAsync(HttpContext http) =>
        Task.FromResult(
            ArmResponse.Ok(
                new JsonObject
                {
                    ["waiting"] = new JsonArray([.. cloud.Faults.Waiting.Select(w => Describe(w.Key, w.Value))]),
                    ["hits"] = JsonSerializer.SerializeToNode(cloud.Faults.Hits, Json),
                }
            )
        );

    private async Task<ArmResponse> AddFaultAsync(HttpContext http)
    {
        try
        {
            var fault =
                await JsonSerializer.DeserializeAsync<Fault>(http.Request.Body, Json, http.RequestAborted)
                ?? throw ArmErrors.InvalidRequestContent("there is no fault in it");
            return new ArmResponse(201, Describe(cloud.Faults.Add(fault), fault));
        }
        catch (JsonException e)
        {
            throw ArmErrors.InvalidRequestContent(e.Message);
        }
        catch (ArgumentException e)
        {
            throw ArmErrors.InvalidParameter("fault", e.Message);
        }
    }

    private Task<ArmResponse> RemoveFaultsAsync(HttpContext http)
    {
        cloud.Faults.Clear();
        return Task.FromResult(ArmResponse.NoContent());
    }

    private Task<ArmResponse> RemoveFaultAsync(HttpContext http)
    {
        var id = int.Parse((string)http.GetRouteValue("id")!, CultureInfo.InvariantCulture);
        return cloud.Faults.Remove(id)
            ? Task.FromResult(ArmResponse.NoContent())
            : throw ArmErrors.Of(404, "NotFound", $"There is no fault {id}.");
    }

    private Task<ArmResponse> ListRequestsAsync(HttpContext http)
    {
        var last = int.TryParse(http.Request.Query["last"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 100;
        return Task.FromResult(ArmResponse.Ok(new JsonObject { ["value"] = JsonSerializer.SerializeToNode(log.TakeLast(last), Json) }));
    }

    private Task<ArmResponse> ShowInstanceAsync(HttpContext http)
    {
        var vm = Instance(http);
        return Task.FromResult(
            ArmResponse.Ok(
                new JsonObject
                {
                    ["name"] = vm.Name,
                    ["address"] = vm.Instance.Address.ToString(),
                    ["power"] = vm.Power.ToString().ToLowerInvariant(),
                    ["crashed"] = vm.HasCrashed,
                    ["disks"] = new JsonObject(
                        vm.Instance.VisibleDisks.Select(d =>
                            KeyValuePair.Create(d.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)d.Value)
                        )
                    ),
                }
            )
        );
    }

    private async Task<ArmResponse> InjectAsync(HttpContext http)
    {
        var vm = Instance(http);
        var action = (string)http.GetRouteValue("action")!;
        switch (action.ToLowerInvariant())
        {
            case "crash":
                await instances.CrashAsync(vm);
                break;
            case "refusessh":
                await instances.RefuseSshAsync(vm, refuse: true, http.RequestAborted);
                break;
            case "acceptssh":
                await instances.RefuseSshAsync(vm, refuse: false, http.RequestAborted);
                break;
            case "killqemu":
                return ArmResponse.Ok(new JsonObject { ["killed"] = await instances.KillQemuAsync(vm) });
            default:
                throw ArmErrors.Of(404, "NotFound", $"'{action}' is none of crash, refuseSsh, acceptSsh and killQemu.");
        }

        return ArmResponse.NoContent();
    }

    private VirtualMachine Instance(HttpContext http)
    {
        var name = (string)http.GetRouteValue("name")!;
        return instances.Find(cloud.Options.ResourceGroup, name)
            ?? throw ArmErrors.ResourceNotFound(ResourceTypes.VirtualMachines, name, cloud.Options.ResourceGroup);
    }

    private static JsonObject Describe(int id, Fault fault)
    {
        var description = (JsonObject)JsonSerializer.SerializeToNode(fault, Json)!;
        description.Insert(0, "id", id);
        return description;
    }

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, Task<ArmResponse>> handler)
    {
        try
        {
            tokens.Check(http.Request.Headers.Authorization);
            var answer = await handler(http);
            await JsonResponse.WriteAsync(http, answer.Status, answer.Body);
        }
        catch (ArmException e)
        {
            await JsonResponse.WriteAsync(http, e.Error.Status, new JsonObject { ["error"] = e.Error.ToJson() });
        }
    }
}
