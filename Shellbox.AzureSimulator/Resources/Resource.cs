using System.Globalization;
using System.Text.Json.Nodes;

namespace Shellbox.AzureSimulator.Resources;

/// <summary>A resource as the provider holds it. Everything here is guarded by the store's gate.</summary>
internal abstract class Resource(string id, string type, string resourceGroup, string name, string location)
{
    private JsonObject? _earlierTags;
    private DateTimeOffset _earlierTagsUntil;
    private long _version = 1;

    public string Id { get; } = id;

    public string Type { get; } = type;

    public string ResourceGroup { get; } = resourceGroup;

    public string Name { get; } = name;

    public string Location { get; } = location;

    public JsonObject? Tags { get; private set; }

    /// <summary>What is under <c>properties</c>, also what the simulator gives no meaning to: it is kept and returned.</summary>
    public JsonObject Properties { get; set; } = [];

    /// <summary>Top-level members beside the common ones: sku, zones, identity, ...</summary>
    public JsonObject TopLevel { get; } = [];

    public string ETag => "\"" + _version.ToString(CultureInfo.InvariantCulture) + "\"";

    /// <summary>Whether the etag is part of the body (VMs, network interfaces) or not (disks).</summary>
    protected virtual bool ShowsETag => false;

    public string? ProvisioningState
    {
        get => (string?)Properties["provisioningState"];
        set => Properties["provisioningState"] = value;
    }

    /// <summary>A change that a writer made: the next conditional write with the older etag fails.</summary>
    public void Touch() => _version++;

    public void SetTags(JsonObject? tags)
    {
        Tags = (JsonObject?)tags?.DeepClone();
        _earlierTags = null;
        _earlierTagsUntil = default;
    }

    /// <summary>Tags written at the tags scope reach the resource's own provider late.</summary>
    public void SetTagsVisibleLater(JsonObject? tags, DateTimeOffset seenFrom, DateTimeOffset now)
    {
        var seenNow = VisibleTags(now);
        Tags = (JsonObject?)tags?.DeepClone();
        _earlierTags = seenNow;
        _earlierTagsUntil = seenFrom;
    }

    /// <summary>The body as it was before the last change, for reads that are stale on purpose.</summary>
    public JsonObject? PreviousBody { get; private set; }

    /// <summary>The body after the last change.</summary>
    public JsonObject? CurrentBody { get; private set; }

    public void RecordBody(DateTimeOffset now) => (PreviousBody, CurrentBody) = (CurrentBody, Render(now));

    /// <summary>The body of a GET.</summary>
    public JsonObject Render(DateTimeOffset now)
    {
        var body = new JsonObject
        {
            ["name"] = Name,
            ["id"] = Id,
            ["type"] = Type,
            ["location"] = Location,
        };
        if (VisibleTags(now) is { } tags)
            body["tags"] = tags.DeepClone();
        foreach (var (key, value) in TopLevel)
            body[key] = value?.DeepClone();
        if (ShowsETag)
            body["etag"] = ETag;
        var properties = (JsonObject)Properties.DeepClone();
        CompleteProperties(properties, now);
        body["properties"] = properties;
        CompleteBody(body);
        return body;
    }

    /// <summary>The body as Resource Graph indexes it: with the tags as they are.</summary>
    public JsonObject RenderForGraph(DateTimeOffset now)
    {
        var body = Render(now);
        body["tags"] = Tags?.DeepClone();
        if (body["properties"] is JsonObject properties)
            CompleteForGraph(properties);
        return body;
    }

    /// <summary>Properties that are computed, not stored.</summary>
    protected virtual void CompleteProperties(JsonObject properties, DateTimeOffset now) { }

    protected virtual void CompleteBody(JsonObject body) { }

    protected virtual void CompleteForGraph(JsonObject properties) { }

    private JsonObject? VisibleTags(DateTimeOffset now) => now < _earlierTagsUntil ? _earlierTags : Tags;
}
