using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.Tags;

/// <summary>
/// The tags resource at the scope of a resource or a resource group: <c>{scope}/providers/Microsoft.Resources/tags/default</c>.
/// </summary>
internal sealed class TagRequests(SimulatedCloud cloud)
{
    private const string Tail = "/providers/Microsoft.Resources/tags/default";

    public IEnumerable<ArmRoute> Routes()
    {
        const string Group = "/subscriptions/{subscription}/resourceGroups/{resourceGroup}";
        foreach (var scope in new[] { Group, Group + "/providers/{provider}/{type}/{name}" })
        {
            yield return new("Tags_GetAtScope", "GET " + scope + Tail, ApiVersions.Tags, RequestKind.Read, Get);
            yield return new("Tags_CreateOrUpdateAtScope", "PUT " + scope + Tail, ApiVersions.Tags, RequestKind.Tags, Put);
            yield return new("Tags_UpdateAtScope", "PATCH " + scope + Tail, ApiVersions.Tags, RequestKind.Tags, Patch);
            yield return new("Tags_DeleteAtScope", "DELETE " + scope + Tail, ApiVersions.Tags, RequestKind.Tags, Delete);
        }
    }

    private Task<ArmResponse> Get(ArmCall call)
    {
        lock (cloud.Store.Gate)
            return Task.FromResult(ArmResponse.Ok(Render(Target(call))));
    }

    private Task<ArmResponse> Put(ArmCall call)
    {
        var tags = Requested(call.Body());
        return WriteAsync(call, _ => tags);
    }

    private Task<ArmResponse> Patch(ArmCall call)
    {
        var body = call.Body();
        var operation = body.GetString("operation") ?? throw ArmErrors.MissingParameter("operation");
        var tags = Requested(body);
        return operation.ToUpperInvariant() switch
        {
            "REPLACE" => WriteAsync(call, _ => tags),
            "MERGE" => WriteAsync(call, existing => Merge(existing, tags)),
            "DELETE" => WriteAsync(call, existing => Without(existing, tags)),
            _ => throw ArmErrors.Of(
                400,
                "InvalidTagsOperation",
                $"The operation '{operation}' is invalid. The supported values are 'Merge, Replace, Delete'."
            ),
        };
    }

    private async Task<ArmResponse> Delete(ArmCall call)
    {
        await WriteAsync(call, _ => []);
        return new ArmResponse(200);
    }

    private async Task<ArmResponse> WriteAsync(ArmCall call, Func<JsonObject, JsonObject> change)
    {
        string id;
        lock (cloud.Store.Gate)
            id = Target(call).Id;
        await cloud.Clock.DelayAsync(cloud.Latency.TagWrite(id), call.Cancelled);
        lock (cloud.Store.Gate)
        {
            var resource = Target(call);
            var tags = TagRules.Check(change((JsonObject)(resource.Tags?.DeepClone() ?? new JsonObject())));
            var now = cloud.Clock.Now;
            resource.SetTagsVisibleLater(tags, now + cloud.Clock.ToReal(cloud.Latency.TagLag(id)), now);
            resource.Touch();
            cloud.Store.Publish(resource);
            return ArmResponse.Ok(Render(resource));
        }
    }

    private Resource Target(ArmCall call)
    {
        var group = cloud.ResourceGroup(call.ResourceGroup);
        if (call.Name.Length == 0)
            return group;
        var type = call.Value("provider") + "/" + call.Value("type");
        return cloud.Store.Get<Resource>(type, cloud.Ids.Of(type, call.ResourceGroup, call.Name));
    }

    private static JsonObject Requested(JsonObject body) =>
        TagRules.Check((body.GetObject("properties") ?? throw ArmErrors.MissingParameter("properties")).GetObject("tags")) ?? [];

    /// <summary>Tag names are case-insensitive; the spelling of the last write stays.</summary>
    private static JsonObject Merge(JsonObject existing, JsonObject tags)
    {
        var merged = Without(existing, tags);
        foreach (var (name, value) in tags)
            merged[name] = value?.DeepClone();
        return merged;
    }

    /// <summary>Deleting names a tag and its value; only the name counts.</summary>
    private static JsonObject Without(JsonObject existing, JsonObject tags) =>
        new(
            existing
                .Where(e => !tags.Any(t => string.Equals(t.Key, e.Key, StringComparison.OrdinalIgnoreCase)))
                .Select(e => KeyValuePair.Create(e.Key, e.Value?.DeepClone()))
        );

    private static JsonObject Render(Resource resource) =>
        new()
        {
            ["id"] = resource.Id + Tail,
            ["name"] = "default",
            ["type"] = "Microsoft.Resources/tags",
            ["properties"] = new JsonObject { ["tags"] = resource.Tags?.DeepClone() ?? new JsonObject() },
        };
}
