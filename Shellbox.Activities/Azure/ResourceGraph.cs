using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;

namespace Shellbox.Activities.Azure;

/// <summary>
/// Resource Graph's one operation, over the pipeline of <see cref="ArmConnection"/> (docs/decisions/0002-resource-graph-over-rest.md).
/// Its answers lag behind the resources by up to minutes: the reconciler alone reads them.
/// </summary>
public sealed class ResourceGraph(ArmConnection arm)
{
    /// <summary>One page: the resources of the group that Shellbox tagged, ordered so that paging is stable.</summary>
    public async Task<ResourceGraphPage> QueryTaggedAsync(int pageSize, string? skipToken, CancellationToken cancellationToken)
    {
        // The name comes from the configuration; ARM allows letters, digits and -_.() in it, no quote.
        var query = $"""
            Resources
            | where type =~ 'microsoft.compute/virtualmachines' or type =~ 'microsoft.compute/disks'
            | where resourceGroup =~ '{arm.ResourceGroupName.Replace("'", "", StringComparison.Ordinal)}'
            | where isnotempty(tags['{ShellboxTags.Role}'])
            | project id, name, type, tags
            | order by id asc
            """;
        var options = new JsonObject { ["$top"] = pageSize, ["resultFormat"] = "objectArray" };
        if (skipToken is not null) options["$skipToken"] = skipToken;
        var body = new JsonObject
        {
            ["subscriptions"] = new JsonArray(arm.SubscriptionId),
            ["query"] = query,
            ["options"] = options,
        };

        using var message = arm.Pipeline.CreateMessage();
        message.Request.Method = RequestMethod.Post;
        message.Request.Uri.Reset(new Uri(arm.Endpoint, "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"));
        message.Request.Headers.SetValue("Content-Type", "application/json");
        message.Request.Content = RequestContent.Create(BinaryData.FromString(body.ToJsonString()));
        await arm.Pipeline.SendAsync(message, cancellationToken);
        if (message.Response.Status != 200) throw new RequestFailedException(message.Response);

        using var answer = JsonDocument.Parse(message.Response.Content);
        var rows = answer.RootElement.GetProperty("data").EnumerateArray()
            .Select(row => new ResourceGraphRow(
                row.GetProperty("id").GetString()!,
                row.GetProperty("name").GetString()!,
                row.GetProperty("type").GetString()!,
                row.GetProperty("tags").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString() ?? "")))
            .ToList();
        var next = answer.RootElement.TryGetProperty("$skipToken", out var token) ? token.GetString() : null;
        return new ResourceGraphPage(rows, next);
    }
}
