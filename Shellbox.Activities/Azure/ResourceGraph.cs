using System.Globalization;
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
    /// <summary>What Azure asks a client to wait for once its quota is used up (throttling guidance of Resource Graph).</summary>
    private const string QuotaLeft = "x-ms-user-quota-remaining";
    private const string QuotaResets = "x-ms-user-quota-resets-after";

    /// <summary>
    /// One page of the group's VMs or disks that Shellbox tagged, by name: so that paging is stable, and a page lies beside a range of
    /// rows.
    /// </summary>
    public async Task<ResourceGraphPage> QueryTaggedAsync(string role, int pageSize, string? skipToken, CancellationToken cancellationToken)
    {
        // The name comes from the configuration; ARM allows letters, digits and -_.() in it, no quote.
        var query = $"""
            Resources
            | where type =~ '{(role == ShellboxTags.InstanceRole ? ResourceGraphRow.VirtualMachines : ResourceGraphRow.Disks)}'
            | where resourceGroup =~ '{arm.ResourceGroupName.Replace("'", "", StringComparison.Ordinal)}'
            | where tags['{ShellboxTags.Role}'] =~ '{role}'
            | project id, name, managedBy, tags
            | order by name asc
            """;
        var options = new JsonObject { ["$top"] = pageSize, ["resultFormat"] = "objectArray" };
        if (skipToken is not null)
            options["$skipToken"] = skipToken;
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
        if (message.Response.Status != 200)
            throw new RequestFailedException(message.Response);

        using var answer = JsonDocument.Parse(message.Response.Content);
        var rows = answer
            .RootElement.GetProperty("data")
            .EnumerateArray()
            .Select(row => new ResourceGraphRow(
                row.GetProperty("id").GetString()!,
                row.GetProperty("name").GetString()!,
                row.TryGetProperty("managedBy", out var holder) && holder.GetString() is { Length: > 0 } id ? id : null,
                row.GetProperty("tags").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetString() ?? "")
            ))
            .ToList();
        var next = answer.RootElement.TryGetProperty("$skipToken", out var token) ? token.GetString() : null;
        return new ResourceGraphPage(rows, next, Pause(message.Response));
    }

    /// <summary>Others use the same quota: when it is nearly gone, the next query waits until there is a new one.</summary>
    private static TimeSpan Pause(Response response) =>
        response.Headers.TryGetValue(QuotaLeft, out var left)
        && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var queries)
        && queries < 2
        && response.Headers.TryGetValue(QuotaResets, out var resets)
        && TimeSpan.TryParse(resets, CultureInfo.InvariantCulture, out var after)
            ? after
            : TimeSpan.Zero;
}
