using System.Text.Json.Nodes;
using Shellbox.AzureSimulator.Resources;

namespace Shellbox.AzureSimulator.ResourceGraph;

/// <summary>A resource as a row: the columns of the table Resources, in its order.</summary>
internal sealed record GraphRow(GraphTable Table, object?[] Cells)
{
    public static IReadOnlyList<KqlColumn> Columns { get; } =
    [
        new("id", KqlType.String),
        new("name", KqlType.String),
        new("type", KqlType.String),
        new("tenantId", KqlType.String),
        new("kind", KqlType.String),
        new("location", KqlType.String),
        new("resourceGroup", KqlType.String),
        new("subscriptionId", KqlType.String),
        new("managedBy", KqlType.String),
        new("sku", KqlType.Dynamic),
        new("plan", KqlType.Dynamic),
        new("properties", KqlType.Dynamic),
        new("tags", KqlType.Dynamic),
        new("identity", KqlType.Dynamic),
        new("zones", KqlType.Dynamic),
        new("extendedLocation", KqlType.Dynamic),
    ];

    public static GraphRow Of(JsonObject body, string type, string subscription, string tenant)
    {
        var isGroup = type == ResourceTypes.ResourceGroups;
        var id = (string)body["id"]!;
        return new GraphRow(
            isGroup ? GraphTable.ResourceContainers : GraphTable.Resources,
            [
                id,
                (string?)body["name"],
                // Resource Graph lowers types, locations and group names, whatever their spelling elsewhere.
                isGroup ? "microsoft.resources/subscriptions/resourcegroups" : type.ToLowerInvariant(),
                tenant,
                "",
                ((string?)body["location"])?.ToLowerInvariant(),
                id.Split('/')[4].ToLowerInvariant(),
                subscription,
                (string?)body["managedBy"] ?? "",
                CopyVisited(body["sku"]),
                CopyVisited(body["plan"]),
                CopyVisited(body["properties"]),
                CopyVisited(body["tags"]),
                CopyVisited(body["identity"]),
                CopyVisited(body["zones"]),
                CopyVisited(body["extendedLocation"]),
            ]
        );
    }

    /// <summary>A copy with every node visited: nodes are made lazily, which is not safe once several queries read the same row.</summary>
    private static JsonNode? CopyVisited(JsonNode? node)
    {
        var copy = node?.DeepClone();
        Visit(copy);
        return copy;

        static void Visit(JsonNode? visited)
        {
            if (visited is JsonObject json)
            {
                foreach (var (_, value) in json)
                    Visit(value);
            }
            else if (visited is JsonArray array)
            {
                foreach (var value in array)
                    Visit(value);
            }
        }
    }
}
