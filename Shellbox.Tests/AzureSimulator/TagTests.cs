using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;
using Shellbox.Tests.Fixtures;
using Xunit;

namespace Shellbox.Tests.AzureSimulator;

/// <summary>The tags resource at the scope of a resource, and resource groups, through the SDK's clients.</summary>
public sealed class TagTests
{
    [Fact]
    public async Task Tags_are_replaced_merged_taken_away_and_deleted()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var tags = azure.Client.GetTagResource(
            new ResourceIdentifier(azure.VirtualMachine("vm-0001") + "/providers/Microsoft.Resources/tags/default")
        );

        var put = await tags.CreateOrUpdateAsync(WaitUntil.Completed, Wanted(("a", "1"), ("b", "1")), TestAzure.Cancel);
        var merged = await PatchAsync(tags, TagPatchMode.Merge, ("B", "2"), ("c", "2"));
        var less = await PatchAsync(tags, TagPatchMode.Delete, ("a", "1"));
        var replaced = await PatchAsync(tags, TagPatchMode.Replace, ("z", "9"));
        var read = (await tags.GetAsync(TestAzure.Cancel)).Value.Data.TagValues;
        await tags.DeleteAsync(WaitUntil.Completed, TestAzure.Cancel);

        Assert.Equal([("a", "1"), ("b", "1")], Pairs(put.Value.Data.TagValues));
        // The name of a tag has no case: B is b.
        Assert.Equal([("B", "2"), ("a", "1"), ("c", "2")], Pairs(merged));
        Assert.Equal([("B", "2"), ("c", "2")], Pairs(less));
        Assert.Equal([("z", "9")], Pairs(replaced));
        Assert.Equal([("z", "9")], Pairs(read));
        Assert.Empty((await tags.GetAsync(TestAzure.Cancel)).Value.Data.TagValues);
    }

    [Fact]
    public async Task The_SDK_tags_a_resource_and_a_group_in_its_own_way()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        await azure.VirtualMachineResource("vm-0001").AddTagAsync("shellbox:role", "instance", TestAzure.Cancel);
        await azure.ResourceGroup.AddTagAsync("team", "shells", TestAzure.Cancel);

        Assert.Equal(
            "instance",
            (string?)
                (
                    await azure.GetAsync(
                        azure.VirtualMachine("vm-0001") + "/providers/Microsoft.Resources/tags/default",
                        TestAzure.ResourcesVersion
                    )
                )["properties"]!["tags"]!["shellbox:role"]
        );
        Assert.Equal(
            "shells",
            (string?)
                (await azure.GetAsync(azure.Group + "/providers/Microsoft.Resources/tags/default", TestAzure.ResourcesVersion))[
                    "properties"
                ]!["tags"]!["team"]
        );
    }

    [Fact]
    public async Task Groups_are_created_read_and_listed()
    {
        await using var azure = await TestAzure.StartAsync();
        var subscription = azure.Client.GetSubscriptionResource(new ResourceIdentifier(azure.Subscription));
        var groups = subscription.GetResourceGroups();

        var made = await TestAzure.EndAsync(
            groups.CreateOrUpdateAsync(
                WaitUntil.Started,
                "pool-(2)",
                new ResourceGroupData(AzureLocation.WestEurope) { Tags = { ["a"] = "b" } },
                TestAzure.Cancel
            )
        );
        var read = (await groups.GetAsync("POOL-(2)", TestAzure.Cancel)).Value.Data;
        var names = (await TestAzure.ListAsync(groups.GetAllAsync(cancellationToken: TestAzure.Cancel))).Select(g => g.Data.Name);
        var missing = await Assert.ThrowsAsync<RequestFailedException>(() => groups.GetAsync("gone", TestAzure.Cancel));
        var subscriptions = await TestAzure.ListAsync(azure.Client.GetSubscriptions().GetAllAsync(TestAzure.Cancel));

        Assert.Equal("Succeeded", made.Data.ResourceGroupProvisioningState);
        Assert.Equal(("pool-(2)", "b"), (read.Name, read.Tags["a"]));
        Assert.Equal(["pool-(2)", azure.Simulator.ResourceGroup], names.Order());
        Assert.Equal((404, "ResourceGroupNotFound"), (missing.Status, missing.ErrorCode));
        Assert.False(await groups.ExistsAsync("gone", TestAzure.Cancel));
        Assert.Equal(azure.Simulator.SubscriptionId, Assert.Single(subscriptions).Data.SubscriptionId);
    }

    [Theory]
    [InlineData("""{"operation":"Toggle","properties":{"tags":{}}}""", "InvalidTagsOperation")]
    [InlineData("""{"properties":{"tags":{}}}""", "InvalidParameter")]
    [InlineData("""{"operation":"Merge"}""", "InvalidParameter")]
    [InlineData("""{"operation":"Merge","properties":{"tags":{"a/b":"c"}}}""", "InvalidTagName")]
    [InlineData("""{"operation":"Merge","properties":{"tags":{"a":1}}}""", "InvalidTagValue")]
    [InlineData("""{"operation":"Merge","properties":{"tags":{"a":"1","A":"2"}}}""", "DuplicateTagName")]
    [InlineData("""{"operation":"Merge","properties":{"tags":[]}}""", "InvalidRequestContent")]
    public async Task What_are_no_tags_are_refused(string body, string code)
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));

        var refused = await azure.SendAsync(
            "PATCH",
            $"{azure.VirtualMachine("vm-0001")}/providers/Microsoft.Resources/tags/default?api-version={TestAzure.ResourcesVersion}",
            body
        );

        Assert.Equal((400, code), (refused.Status, refused.Code));
    }

    [Fact]
    public async Task Fifty_tags_are_enough_also_when_they_come_one_after_the_other()
    {
        await using var azure = await TestAzure.StartAsync(TestAzure.FleetOf(["vm-0001"]));
        var url = $"{azure.VirtualMachine("vm-0001")}/providers/Microsoft.Resources/tags/default?api-version={TestAzure.ResourcesVersion}";
        var fifty = new JsonObject(Enumerable.Range(0, 50).Select(n => KeyValuePair.Create($"t{n}", (JsonNode?)"v")));
        var put = await azure.SendAsync("PUT", url, new JsonObject { ["properties"] = new JsonObject { ["tags"] = fifty } }.ToJsonString());

        var refused = await azure.SendAsync("PATCH", url, """{"operation":"Merge","properties":{"tags":{"one-more":"v"}}}""");

        Assert.Equal(200, put.Status);
        Assert.Equal((400, "TagsNumberExceeded"), (refused.Status, refused.Code));
    }

    private static TagResourceData Wanted(params (string Name, string Value)[] tags)
    {
        var wanted = new Tag();
        foreach (var (name, value) in tags)
            wanted.TagValues[name] = value;
        return new TagResourceData(wanted);
    }

    private static async Task<IDictionary<string, string>> PatchAsync(
        TagResource resource,
        TagPatchMode mode,
        params (string Name, string Value)[] tags
    )
    {
        var patch = new TagResourcePatch { PatchMode = mode };
        foreach (var (name, value) in tags)
            patch.TagValues[name] = value;
        var operation = await resource.UpdateAsync(WaitUntil.Completed, patch, TestAzure.Cancel);
        return operation.Value.Data.TagValues;
    }

    private static (string Name, string Value)[] Pairs(IDictionary<string, string> tags) =>
        [.. tags.Select(t => (t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal)];
}
