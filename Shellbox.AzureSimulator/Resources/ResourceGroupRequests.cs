using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Arm;
using Shellbox.AzureSimulator.Tags;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>Subscriptions, their providers and resource groups, as far as the SDK clients look at them.</summary>
internal sealed class ResourceGroupRequests(SimulatedCloud cloud)
{
    public IEnumerable<ArmRoute> Routes()
    {
        const string Subscription = "/subscriptions/{subscription}";
        const string Group = Subscription + "/resourceGroups/{resourceGroup}";
        yield return new("Subscriptions_List", "GET /subscriptions", ApiVersions.Resources, RequestKind.List, ListSubscriptions);
        yield return new(
            "Subscriptions_Get",
            "GET " + Subscription,
            ApiVersions.Resources,
            RequestKind.Read,
            _ => Task.FromResult(ArmResponse.Ok(RenderSubscription()))
        );
        yield return new(
            "Providers_Get",
            "GET " + Subscription + "/providers/{provider}",
            ApiVersions.Resources,
            RequestKind.Read,
            GetProvider
        );
        yield return new("ResourceGroups_List", "GET " + Subscription + "/resourceGroups", ApiVersions.Resources, RequestKind.List, List);
        yield return new("ResourceGroups_Get", "GET " + Group, ApiVersions.Resources, RequestKind.Read, Get);
        yield return new("ResourceGroups_CheckExistence", "HEAD " + Group, ApiVersions.Resources, RequestKind.Read, Head);
        yield return new("ResourceGroups_CreateOrUpdate", "PUT " + Group, ApiVersions.Resources, RequestKind.Tags, Put);
    }

    private Task<ArmResponse> ListSubscriptions(ArmCall call) =>
        Task.FromResult(ArmResponse.Ok(new JsonObject { ["value"] = new JsonArray(RenderSubscription()) }));

    private Task<ArmResponse> GetProvider(ArmCall call)
    {
        var name = call.Value("provider");
        var known = new[]
        {
            ApiVersions.VirtualMachines,
            ApiVersions.Disks,
            ApiVersions.Snapshots,
            ApiVersions.NetworkInterfaces,
            ApiVersions.Resources,
            ApiVersions.Tags,
            ApiVersions.ResourceGraph,
        };
        var types = known.Where(k => k.ResourceType.StartsWith(name + "/", StringComparison.OrdinalIgnoreCase)).ToList();
        if (types.Count == 0)
            throw ArmErrors.Of(404, "InvalidResourceNamespace", $"The resource namespace '{name}' is invalid.");
        var spelled = types[0].ResourceType.Split('/')[0];
        return Task.FromResult(
            ArmResponse.Ok(
                new JsonObject
                {
                    ["id"] = $"/subscriptions/{cloud.Ids.Subscription}/providers/{spelled}",
                    ["namespace"] = spelled,
                    ["registrationState"] = "Registered",
                    ["registrationPolicy"] = "RegistrationRequired",
                    ["resourceTypes"] = new JsonArray([
                        .. types.Select(t => new JsonObject
                        {
                            ["resourceType"] = t.ResourceType.Split('/')[1],
                            ["locations"] = new JsonArray(cloud.Location),
                            ["apiVersions"] = new JsonArray([.. t.Supported.Reverse().Select(v => JsonValue.Create(v))]),
                        }),
                    ]),
                }
            )
        );
    }

    private Task<ArmResponse> List(ArmCall call) =>
        Task.FromResult(ResourceList.Page<ResourceGroup>(cloud, call, ResourceTypes.ResourceGroups, g => g.Render(cloud.Clock.Now)));

    private Task<ArmResponse> Get(ArmCall call)
    {
        lock (cloud.Store.Gate)
            return Task.FromResult(ArmResponse.Ok(cloud.ResourceGroup(call.ResourceGroup).Render(cloud.Clock.Now)));
    }

    private Task<ArmResponse> Head(ArmCall call)
    {
        lock (cloud.Store.Gate)
            cloud.ResourceGroup(call.ResourceGroup);
        return Task.FromResult(ArmResponse.NoContent());
    }

    private Task<ArmResponse> Put(ArmCall call)
    {
        var body = call.Body();
        var name = call.ResourceGroup;
        ResourceNames.CheckGroup(name);
        cloud.CheckLocation(body, ResourceTypes.ResourceGroups);
        lock (cloud.Store.Gate)
        {
            var group = cloud.Store.Find<ResourceGroup>(ResourceTypes.ResourceGroups, cloud.Ids.ResourceGroup(name));
            var isNew = group is null;
            group ??= new ResourceGroup(cloud.Ids.ResourceGroup(name), name, cloud.Location);
            group.SetTags(TagRules.Check(body.GetObject("tags")));
            if (isNew)
                cloud.Store.Add(group);
            else
                cloud.Store.Publish(group);
            return Task.FromResult(new ArmResponse(isNew ? 201 : 200, group.Render(cloud.Clock.Now)));
        }
    }

    private JsonObject RenderSubscription() =>
        new()
        {
            ["id"] = $"/subscriptions/{cloud.Ids.Subscription}",
            ["subscriptionId"] = cloud.Ids.Subscription,
            ["tenantId"] = Identity.TokenIssuer.Tenant,
            ["displayName"] = "Simulated subscription",
            ["state"] = "Enabled",
            ["authorizationSource"] = "RoleBased",
        };
}
